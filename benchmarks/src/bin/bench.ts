import { noteNodeVersion } from "@cruddur/command-line/node-version";

// Before the SDK loads: the children inherit what it was told.
noteNodeVersion(process.env);
const { main } = await import("../program.ts");
await main(process.argv);
