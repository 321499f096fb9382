import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { createFindUserByHandle } from "@cruddur/db/commands";
import { createDdbProgram } from "@cruddur/ddb/commands";
import { readConfig } from "../config.ts";

noteNodeVersion(process.env);
const config = readConfig(process.env);
const findUserByHandle = createFindUserByHandle(config);
await runCli(createDdbProgram({ ...config, findUserByHandle }), process.argv);
