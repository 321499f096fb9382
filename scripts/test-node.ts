/** `pnpm test:node <version>`: runs all tests on another Node, which the npm package `node` contains. */
import { note } from "@cruddur/command-line/output";
import { createProgram, runCli } from "@cruddur/command-line/program";
import { InvalidArgumentError } from "commander";
import { execa } from "execa";
import { root } from "./workspace.mjs";

const parseVersion = (value: string): string => {
  if (!/^\d+(\.\d+){0,2}$/.test(value)) throw new InvalidArgumentError("Not a version of Node.");
  return value;
};

async function testOn(version: string, options: readonly string[]): Promise<void> {
  // npx puts this Node first on the PATH, so that all scripts use it.
  const onNode = ["--yes", "--package", `node@${version}`, "--", "node"];
  const { stdout } = await execa("npx", [...onNode, "--version"], { cwd: root });
  if (!`${stdout}.`.startsWith(`v${version}.`)) {
    throw new Error(`node@${version} from the registry is Node ${stdout}`);
  }
  note(`Node ${stdout}`);
  const tests = await execa("npx", [...onNode, "scripts/test.mjs", ...options], {
    cwd: root,
    stdio: "inherit",
    reject: false,
  });
  process.exitCode = tests.exitCode ?? 1;
}

const program = createProgram("pnpm test:node", "Run `pnpm test` on another version of Node.")
  .argument("<version>", "such as 24 or 20.19", parseVersion)
  .argument("[options...]", "options of `pnpm test`, after `--`")
  .action(testOn);

await runCli(program, process.argv);
