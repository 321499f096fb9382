import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { readConfig } from "../config.ts";
import { createDbProgram } from "../db/program.ts";

noteNodeVersion(process.env);
await runCli(createDbProgram(readConfig(process.env)), process.argv);
