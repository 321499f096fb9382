import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { createDevProgram } from "../dev.ts";

noteNodeVersion(process.env);
await runCli(createDevProgram(process.env), process.argv);
process.exit();
