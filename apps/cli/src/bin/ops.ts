import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { readConfig } from "../config.ts";
import { createOpsProgram } from "../ops/program.ts";

noteNodeVersion(process.env);
await runCli(createOpsProgram(readConfig(process.env)), process.argv);
