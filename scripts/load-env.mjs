// Preloaded by the root commands: reads `.env` where there is one. Variables that are already set win.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.mjs";

const file = join(root, ".env");
if (existsSync(file)) process.loadEnvFile(file);
