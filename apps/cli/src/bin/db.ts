import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { createDbProgram } from "@cruddur/db/commands";
import { readConfig } from "../config.ts";

noteNodeVersion(process.env);
await runCli(createDbProgram(readConfig(process.env)), process.argv);
