import { runCli } from "@cruddur/command-line/program";
import { createFindUserByHandle } from "@cruddur/db/commands";
import { createDdbProgram } from "@cruddur/ddb/commands";
import { readConfig } from "../config.ts";

// The SDK's notice about Node 20 would bury the one line that matters.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
const config = readConfig(process.env);
const findUserByHandle = createFindUserByHandle(config);
await runCli(createDdbProgram({ ...config, findUserByHandle }), process.argv);
