import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { Command } from "commander";
import { readStackConfig } from "../src/config.ts";
import { runStack } from "../src/run-stack.ts";

noteNodeVersion(process.env);
/** `pnpm start` without a build: it runs the server from source. */
const program = new Command("start").action(() =>
  runStack({ env: process.env, config: readStackConfig(process.env), serverMode: "source" }),
);
await runCli(program, process.argv);
process.exit();
