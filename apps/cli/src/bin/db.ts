import { runCli } from "@cruddur/core/cli";
import { createDbProgram } from "@cruddur/db/commands";
import { readConfig } from "../config.ts";

await runCli(createDbProgram(readConfig(process.env)), process.argv);
