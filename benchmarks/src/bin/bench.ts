import { noteNodeVersion } from "@cruddur/command-line/node-version";

// Before the SDK loads, since the child processes inherit the environment that this sets.
noteNodeVersion(process.env);
const { main } = await import("../program.ts");
await main(process.argv);
