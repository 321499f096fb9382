import { runCli } from "@cruddur/command-line/program";
import { createDevProgram } from "../dev.ts";

// The SDK's notice about Node 20 would bury the one line that matters.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
await runCli(createDevProgram(process.env), process.argv);
process.exit();
