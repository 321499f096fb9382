import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPrograms } from "../src/programs.ts";

const OPERATIONS = fileURLToPath(new URL("../../../docs/operations/", import.meta.url));
const read = (page: string) => readFileSync(join(OPERATIONS, page), "utf8");
const pages = readdirSync(OPERATIONS).filter((name) => name.endsWith(".md"));

/** Parses a command line as its program does, without running it. Throws a CommanderError when it is wrong. */
function parse(words: readonly string[]): string {
  const [name = "", ...args] = words;
  const program = createPrograms({ env: {}, dataDir: "" }).get(name);
  if (program === undefined) throw new Error(`there is no program ${name}`);
  let parsed = "";
  const silence = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    for (const each of command.commands) {
      silence(each);
      each.action(() => {
        parsed = `${name} ${each.name()}`;
      });
    }
  };
  silence(program);
  program.parse(args, { from: "user" });
  return parsed;
}

/** The command lines of our programs that a page names with more than the command, or in a code block. */
function commandLinesOf(page: string): string[][] {
  const text = read(page).replace(/^<!-- generated[\s\S]*?<!-- \/generated.*$/gm, "");
  const named = text.matchAll(/(?:pnpm(?: -s)?|operate) ((?:ddb|db|cognito|ops) [a-z][^`\n#|]*)/g);
  return [...named].map(([, line = ""]) => line.trim().split(/\s+/));
}

test.each(pages)("every command line in %s has a command and options that exist", (page) => {
  for (const words of commandLinesOf(page)) {
    expect(() => parse(words), `${page}: ${words.join(" ")}`).not.toThrow();
  }
});

test("the check refuses a command line with an option that does not exist", () => {
  expect(() => parse(["ddb", "replay", "--all"])).toThrow("--all");
  expect(() => parse(["ddb", "rebuild"])).toThrow("rebuild");
  expect(commandLinesOf("runbook.md").length).toBeGreaterThan(3);
});

const directory = mkdtempSync(join(tmpdir(), "cruddur-aws-"));
beforeAll(() => {
  // Answers with the name of the output that is asked for, and writes down the words of `run-task`.
  const aws = `#!/bin/sh
case "$1 $2" in
"cloudformation describe-stacks") expr "$6" : ".*=='\\(.*\\)'" ;;
"ecs run-task") printf '%s\\0' "$@" >> "${join(directory, "tasks")}"; echo arn:aws:ecs:task/cluster/0123 ;;
esac
`;
  writeFileSync(join(directory, "aws"), aws);
  chmodSync(join(directory, "aws"), 0o755);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Overrides {
  containerOverrides: [{ name: string; command: string[]; environment: object[] }];
}

test("commands.md starts a task for every command, whose words the programs understand", async () => {
  const blocks = [...read("commands.md").matchAll(/^```sh\n(.*?)^```/gms)].map(([, text]) => text);
  const { stderr } = await execa("bash", ["--norc", "-euo", "pipefail", "-c", blocks.join("\n")], {
    env: { PATH: [directory, process.env.PATH].join(delimiter) },
    extendEnv: false,
  });
  expect(stderr).toBe("");
  const tasks = readFileSync(join(directory, "tasks"), "utf8").split("ecs\0run-task\0").slice(1);
  const started = tasks.map((task) => {
    const args = task.split("\0");
    const option = (option: string) => args[args.indexOf(option) + 1] ?? "";
    expect(option("--network-configuration")).toBe(
      "awsvpcConfiguration={subnets=[Subnets],securityGroups=[SecurityGroups]}",
    );
    const overrides: Overrides = JSON.parse(option("--overrides"));
    const [{ name, command, environment }] = overrides.containerOverrides;
    expect(name).toBe("operator");
    const isSeed = command[0] === "sh";
    expect(environment).toHaveLength(isSeed ? 1 : 0);
    const words = isSeed ? (command[2]?.split(" | ")[1]?.split(" ") ?? []) : command;
    expect(words[0]).toBe("node");
    const program = /^apps\/cli\/dist\/bin\/(\w+)\.mjs$/.exec(words[1] ?? "")?.[1] ?? "";
    expect(words.at(-1)).toBe("--prod");
    return parse([program, ...words.slice(2)]);
  });
  const all = [...createPrograms({ env: {}, dataDir: "" })].flatMap(([name, program]) =>
    program.commands.map((command) => `${name} ${command.name()}`),
  );
  // psql needs a terminal, which a task does not have.
  const inTasks = all.filter((name) => name !== "db connect");
  expect([...new Set(started)].sort()).toEqual(inTasks.sort());
});
