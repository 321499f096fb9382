// `aws ecs run-task` of a test: runs the container of a task as a process of this machine. TASKS is a
// folder, CONTAINER the root of the image.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const { TASKS, CONTAINER, CONTAINER_ENV } = process.env;
const args = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];

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
console.log("arn:aws:ecs:eu-west-1:111122223333:task/cluster/0123");
