import { noteNodeVersion } from "@cruddur/command-line/node-version";
import { runCli } from "@cruddur/command-line/program";
import { readConfig } from "../config.ts";
import { createFindUserByHandle } from "../db/find-user.ts";
import { createDdbProgram } from "../ddb/program.ts";

noteNodeVersion(process.env);
const config = readConfig(process.env);
const findUserByHandle = createFindUserByHandle(config);
await runCli(createDdbProgram({ ...config, findUserByHandle }), process.argv);
