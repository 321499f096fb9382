import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createCognitoProgram } from "../src/cognito/program.ts";
import { createDbProgram } from "../src/db/program.ts";
import { createDdbProgram } from "../src/ddb/program.ts";
import { type ProgramName, runProgram, runSource } from "./support.ts";

/** Write another format than a result in JSON: an SQL prompt, and a file of JSON lines. */
const WITHOUT_JSON = ["connect", "export"];
/** Work without a database and a table. */
const WITHOUT_ENVIRONMENT = ["vapid-keys"];
const context = { env: {}, dataDir: "/nonexistent", findUserByHandle: async () => null };
const programs: [name: ProgramName, program: Command][] = [
  ["ddb", createDdbProgram(context)],
  ["db", createDbProgram(context)],
  ["cognito", createCognitoProgram(context)],
];

describe.each(programs)("pnpm %s", (name, program) => {
  test.each(program.commands.map((command) => command.name()))(
    "%s has a help text with an example and with the options that it understands",
    (name) => {
      const command = program.commands.find((each) => each.name() === name);
      let help = "";
      command?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help).toMatch(
        new RegExp(`Example:\\n {2}pnpm (-s )?${program.name().slice(5)} ${name}`),
      );
      expect(command?.description()).not.toBe("");
      for (const option of ["--prod", "--help"]) expect(help).toContain(option);
      const asks =
        ["drop", "setup", "erase", "update-cognito-user-ids", "disable-second-factor"].includes(
          name,
        ) || program.name() + name === "pnpm dbseed";
      expect([help.includes("--yes"), help.includes("--json")]).toEqual([
        asks,
        !WITHOUT_JSON.includes(name),
      ]);
    },
  );

  test("every command reports a missing environment in one line and exits 1", async () => {
    const commands = program.commands.filter((each) => !WITHOUT_ENVIRONMENT.includes(each.name()));
    const outcomes = await Promise.all(
      commands.map(async (command) => {
        const needed = command.registeredArguments.filter((argument) => argument.required);
        const options = command.options.filter((option) => option.mandatory);
        const args = [
          command.name(),
          ...needed.map(() => "x"),
          ...options.flatMap((option) => [option.long ?? "", "/nonexistent"]),
        ];
        return { args, ...(await runProgram(name, args)) };
      }),
    );
    for (const { args, exitCode, stderr } of outcomes) {
      expect([args, exitCode]).toEqual([args, 1]);
      expect(stderr).toMatch(/^error: [^\n]+$/);
      expect(stderr).not.toMatch(/undefined|not defined|not a function|TypeError|Error:/);
    }
  });

  test("a command's --help exits 0 and shows its usage on stdout", async () => {
    const command = program.commands.at(-1)?.name() ?? "";
    const { exitCode, stdout, stderr } = await runProgram(name, [command, "--help"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Usage: pnpm ${name} ${command}`);
  });

  test("--help lists every command and exits 0", async () => {
    const { exitCode, stdout } = await runSource(name, ["--help"]);
    expect(exitCode).toBe(0);
    for (const command of program.commands) expect(stdout).toContain(command.name());
  });

  const [command] = program.commands.map((each) => each.name());
  test.each([
    [["bogus"]],
    [[`${command}x`]],
    [[command ?? "", "extra", "more"]],
    [["--bogus"]],
    [[command ?? "", "--jsom"]],
  ])("%j is answered in one line that names --help, and exits 1", async (args) => {
    const { exitCode, stdout, stderr } = await runProgram(name, args);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: [^\n]+; see --help$/);
  });

  test("without a command it prints the usage and exits 1", async () => {
    const { exitCode, stdout, stderr } = await runProgram(name, []);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`Usage: pnpm ${name}`);
  });
});

describe("every error is one line that says what to do, and exits 1", () => {
  const down = { CONNECTION_URL: "postgres://postgres:hunter2@127.0.0.1:1/cruddur" };
  test.each([
    ["no local stack", "db", ["seed"], {}, "pnpm start"],
    ["no local stack for the table", "ddb", ["scan"], {}, "pnpm start"],
    [
      "a table engine that is down",
      "ddb",
      ["scan"],
      { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      "127.0.0.1:1",
    ],
    [
      "a conversation file that isn't there",
      "ddb",
      ["seed", "--conversation", "/nonexistent", "--from", "a", "--to", "b"],
      down,
      "/nonexistent",
    ],
    [
      "another table than AWS's called production",
      "ddb",
      ["rebuild-inboxes", "--prod"],
      { AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: "http://dynamodb:8000" },
      "AWS_ENDPOINT_URL",
    ],
    [
      "a local user pool called production",
      "cognito",
      ["list-users", "--prod"],
      {
        AWS_COGNITO_USER_POOL_ID: "us-east-1_x",
        AWS_COGNITO_ENDPOINT_URL: "http://127.0.0.1:1",
      },
      "AWS_COGNITO_ENDPOINT_URL",
    ],
    ["no production target", "db", ["seed", "--prod"], {}, "CONNECTION_URL"],
    ["a server that is down", "db", ["create"], down, "127.0.0.1:1"],
    ["not a Postgres URL", "db", ["create"], { CONNECTION_URL: "mysql://h/d" }, "postgres://"],
    ["no user pool", "cognito", ["list-users"], {}, "AWS_COGNITO_USER_POOL_ID"],
    [
      "a user pool that is down",
      "cognito",
      ["list-users"],
      {
        AWS_COGNITO_USER_POOL_ID: "us-east-1_x",
        AWS_COGNITO_ENDPOINT_URL: "http://127.0.0.1:1",
      },
      "us-east-1_x",
    ],
    [
      "dropping production without asking",
      "db",
      ["drop", "--prod"],
      { CONNECTION_URL: "postgres://u:hunter2@db.example.com/cruddur" },
      "--yes",
    ],
    [
      "dropping on another machine without asking, --prod or not",
      "db",
      ["setup", "--drop"],
      { CONNECTION_URL: "postgres://u:hunter2@db.example.com/cruddur" },
      "--yes",
    ],
  ] as const)("%s", async (_, program, args, env, says) => {
    const { exitCode, stdout, stderr } = await runProgram(program, args, env);
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^error: [^\n]+$/);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain("hunter2");
  });
});
