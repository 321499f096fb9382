import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { createCognitoProgram } from "../cognito/program.ts";
import { readConfig } from "../config.ts";

noteNodeVersion(process.env);
await runCli(createCognitoProgram(readConfig(process.env)), process.argv);
