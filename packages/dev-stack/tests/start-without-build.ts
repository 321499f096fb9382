import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { Command } from "commander";
import { readStackConfig } from "../src/config.ts";
import { runStack } from "../src/run-stack.ts";

noteNodeVersion(process.env);
/** `pnpm start` without its build step. The server must be built, which turbo does before these tests. */
const program = new Command("start").action(() =>
  runStack({ env: process.env, config: readStackConfig(process.env), serverMode: "built" }),
);
await runCli(program, process.argv);
process.exit();
