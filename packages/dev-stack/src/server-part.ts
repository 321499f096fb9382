import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { startChild, waitUntilReady } from "@cruddur/engines/child";
import { z } from "zod";
import type { ReservedPort } from "./reserved-port.ts";
import type { Part } from "./supervise.ts";

const require = createRequire(import.meta.url);

export const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const SERVER = fileURLToPath(new URL("../../../apps/server/", import.meta.url));
const WORKER = fileURLToPath(new URL("./bin/stream-worker.ts", import.meta.url));
export const TSX_LOADER = require.resolve("tsx");

/** `built` is what `turbo run build` made, `source` runs through tsx, `watch` restarts on a change. */
export type ServerMode = "built" | "source" | "watch";

export function defaultServerMode(): ServerMode {
  return existsSync(`${SERVER}dist/main.js`) ? "built" : "source";
}

const healthSchema = z.object({ parts: z.object({ notifications: z.literal("up") }) });

/**
 * Runs apps/server as a process of its own on a port that it takes over. Resolves when its health
 * check passes and it hears what other servers tell: before, live events could be missed.
 */
export async function startServerPart(options: {
  mode: ServerMode;
  port: ReservedPort;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
}): Promise<Part> {
  const { mode, env, log } = options;
  const { port } = options.port;
  const programs: Record<ServerMode, string[]> = {
    built: ["--enable-source-maps", "dist/main.js"],
    source: ["--import", TSX_LOADER, "src/main.ts"],
    watch: [require.resolve("tsx/cli"), "watch", "--clear-screen=false", "src/main.ts"],
  };
  // The program that watches for changes passes no socket on to the server.
  if (mode === "watch") await options.port.release();
  const child = await options.port.handOver((descriptor) => {
    const passedDescriptor = mode === "watch" ? undefined : descriptor;
    const LISTEN_FDS = passedDescriptor === undefined ? undefined : "1";
    return startChild(process.execPath, programs[mode], {
      cwd: SERVER,
      env: { ...env, PORT: String(port), LISTEN_FDS },
      log,
      passedDescriptor,
    });
  });
  await waitUntilReady(child, "the server", async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, {
      signal: AbortSignal.timeout(5_000),
    }).catch(() => null);
    if (answer?.status !== 200) {
      await answer?.body?.cancel();
      return false;
    }
    return healthSchema.safeParse(await answer.json().catch(() => null)).success;
  });
  // The server ends its live streams and lets requests finish, which takes a moment.
  return { ...child, stop: () => child.stop("SIGTERM", 10_000), kill: () => child.kill() };
}

/** Runs the stream's handler behind a poller as a process of its own. */
export async function startWorkerPart(options: {
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
}): Promise<Part> {
  const child = await startChild(process.execPath, ["--import", TSX_LOADER, WORKER], {
    env: { ...options.env },
    log: options.log,
  });
  await waitUntilReady(child, "the stream worker", async () =>
    child.output().includes('"event":"following"'),
  );
  return child;
}
