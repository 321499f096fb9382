import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { createStartProgram } from "../start.ts";

noteNodeVersion(process.env);
await runCli(createStartProgram(process.env), process.argv);
process.exit();
