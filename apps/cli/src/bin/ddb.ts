import { runCli } from "@cruddur/command-line/program";
import { readConfig } from "../config.ts";
import { createFindUserByHandle } from "../db/find-user.ts";
import { createDdbProgram } from "../ddb/program.ts";

// The SDK's notice about Node 20 would bury the one line that matters.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
const config = readConfig(process.env);
const findUserByHandle = createFindUserByHandle(config);
await runCli(createDdbProgram({ ...config, findUserByHandle }), process.argv);
