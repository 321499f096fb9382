import { runCli } from "@cruddur/core/cli";
import { createFindUserByHandle } from "@cruddur/db/commands";
import { createDdbProgram } from "@cruddur/ddb/commands";
import { readConfig } from "../config.ts";

const config = readConfig(process.env);
const findUserByHandle = createFindUserByHandle(config);
await runCli(createDdbProgram({ ...config, findUserByHandle }), process.argv);
