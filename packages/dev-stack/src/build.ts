import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { CliError } from "@cruddur/command-line/cli-error";
import { startChild } from "@cruddur/engines/child";
import type { Env } from "./config.ts";
import { REPOSITORY } from "./server-part.ts";

const require = createRequire(`${REPOSITORY}package.json`);

/** Builds the web app, the server and the workers. Turborepo skips what has not changed. */
export async function buildProduct(env: Env, signal: AbortSignal): Promise<void> {
  const turbo = require.resolve("turbo/bin/turbo");
  const child = await startChild(
    process.execPath,
    [
      ...[turbo, "run", "build", "--filter=@cruddur/web", "--filter=@cruddur/server"],
      "--filter=@cruddur/dev-stack",
      ...["--output-logs=errors-only", "--no-update-notifier"],
    ],
    { cwd: REPOSITORY, env: { ...env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" } },
  );
  const abort = () => void child.stop();
  signal.addEventListener("abort", abort, { once: true });
  const { code } = await child.exited;
  signal.removeEventListener("abort", abort);
  if (signal.aborted || code === 0) return;
  process.stderr.write(`${child.output()}\n`);
  throw new CliError("the build failed: see the output above");
}

/** Throws a CliError when there is no build. Does not notice an old build, which needs Turborepo. */
export function checkBuilt(): void {
  for (const file of [
    "apps/server/dist/main.js",
    "apps/web/dist/index.html",
    "packages/dev-stack/dist/stream-worker.js",
  ]) {
    if (existsSync(`${REPOSITORY}${file}`)) continue;
    throw new CliError(`${file} is missing: run \`pnpm build\`, or start without --built`);
  }
}
