#!/usr/bin/env node
// The AWS CLI of a test: answers the calls that docs/operations/commands.md makes, and runs the
// container of a task as a process of this machine. TASKS is a folder, CONTAINER the root of the image.
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { TASKS, CONTAINER, CONTAINER_ENV } = process.env;
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];
const [service, command] = args;
appendFileSync(join(TASKS, "calls"), `${service} ${command}\n`);

const answers = {
  // With the name of the output that is asked for.
  "cloudformation describe-stacks": () => /OutputKey=='(\w+)'/.exec(option("--query"))[1],
  "ecs run-task"() {
    const { containerOverrides } = JSON.parse(option("--overrides"));
    const [{ name, command, environment }] = containerOverrides;
    if (name !== "operator") throw new Error(`there is no container ${name}`);
    const network = "awsvpcConfiguration={subnets=[Subnets],securityGroups=[SecurityGroups]}";
    if (option("--network-configuration") !== network) throw new Error("it has another network");
    const [program, ...words] = command;
    const { status, stdout, stderr } = spawnSync(program, words, {
      cwd: CONTAINER,
      env: {
        ...JSON.parse(CONTAINER_ENV),
        ...Object.fromEntries(environment.map(({ name, value }) => [name, value])),
      },
      input: "",
      encoding: "utf8",
    });
    writeFileSync(join(TASKS, "log"), stdout + stderr);
    writeFileSync(join(TASKS, "exit-code"), String(status));
    return "arn:aws:ecs:eu-west-1:111122223333:task/cluster/0123";
  },
  "ecs wait": () => "",
  "ecs describe-tasks": () => readFileSync(join(TASKS, "exit-code"), "utf8"),
  "logs tail"() {
    if (option("--log-stream-names") !== "operator/operator/0123") throw new Error("no such log");
    return readFileSync(join(TASKS, "log"), "utf8");
  },
};
console.log(answers[`${service} ${command}`]());
