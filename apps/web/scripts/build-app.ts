import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const WEB = fileURLToPath(new URL("..", import.meta.url));

/**
 * Builds the app for production into `dist`, in another process, because Vite sets NODE_ENV. The
 * NODE_ENV of a test would make it React's development version.
 */
export async function buildApp(): Promise<void> {
  const vite = createRequire(import.meta.url).resolve("vite/package.json");
  const program = join(dirname(vite), "bin/vite.js");
  await promisify(execFile)(process.execPath, [program, "build", "--logLevel", "error"], {
    cwd: WEB,
    // biome-ignore lint/style/noProcessEnv: the build inherits the environment, except NODE_ENV.
    env: { ...process.env, NODE_ENV: "production" },
  });
}
