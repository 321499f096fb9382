import { createCognitoProgram, createDbProgram } from "@cruddur/db/commands";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { runProgram } from "./support.ts";

const context = { env: {}, dataDir: "/nonexistent" };
const programs: [name: "db" | "cognito", program: Command][] = [
  ["db", createDbProgram(context)],
  ["cognito", createCognitoProgram(context)],
];

describe.each(programs)("pnpm %s", (name, program) => {
  test.each(program.commands.map((command) => command.name()))(
    "%s --help tells what it does and exits 0",
    async (command) => {
      const { exitCode, stdout } = await runProgram(name, [command, "--help"]);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`Usage: pnpm ${name} ${command}`);
      for (const option of ["--prod", "--yes", "--json"]) expect(stdout).toContain(option);
    },
  );

  test("--help lists every command and exits 0", async () => {
    const { exitCode, stdout } = await runProgram(name, ["--help"]);
    expect(exitCode).toBe(0);
    for (const command of program.commands) expect(stdout).toContain(command.name());
  });

  test.each([[["bogus"]], [[program.commands[0]?.name() ?? "", "extra"]], [["--bogus"]], [[]]])(
    "%j prints the usage and exits 1",
    async (args) => {
      const { exitCode, stdout, stderr } = await runProgram(name, args);
      expect(exitCode).toBe(1);
      expect(stdout).toBe("");
      expect(stderr).toContain(`Usage: pnpm ${name}`);
    },
  );
});

describe("errors are one line that says what to do, and exit 1", () => {
  const down = { CONNECTION_URL: "postgres://postgres:hunter2@127.0.0.1:1/cruddur" };
  test.each([
    ["no local stack", "db", ["seed"], {}, "pnpm start"],
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
