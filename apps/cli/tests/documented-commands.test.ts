import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { expect, test } from "vitest";
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
    command.commands.forEach(silence);
    // A program with commands shows its help when it is called without one.
    if (command.commands.length > 0) return;
    command.action(() => {
      parsed = command === program ? name : `${name} ${command.name()}`;
    });
  };
  silence(program);
  program.parse(args, { from: "user" });
  return parsed;
}

/** The command lines of our programs that a page names with more than the command, or in a code block. */
function commandLinesOf(page: string): string[][] {
  const text = read(page).replace(/^<!-- generated[\s\S]*?<!-- \/generated.*$/gm, "");
  const named = text.matchAll(
    /(?:pnpm(?: -s)?|operate) ((?:(?:ddb|db|cognito) [a-z]|ops)[^`\n#|]*)/g,
  );
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
