// Before the SDK loads, which prints it once per process: the children inherit it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
const { main } = await import("../program.ts");
await main(process.argv);
