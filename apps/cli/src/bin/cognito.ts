import { runCli } from "@cruddur/core/cli";
import { createCognitoProgram } from "@cruddur/db/commands";
import { readConfig } from "../config.ts";

await runCli(createCognitoProgram(readConfig(process.env)), process.argv);
