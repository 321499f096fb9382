import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { startChild, waitUntilReady } from "@cruddur/engines/child";
import { z } from "zod";
import { localOrigin } from "./addresses.ts";
import type { ReservedPort } from "./reserved-port.ts";
import type { Part } from "./supervise.ts";

const require = createRequire(import.meta.url);

export const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const SERVER = fileURLToPath(new URL("../../../apps/server/", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../", import.meta.url));
export type WorkerName = "stream-worker" | "push-worker";
export const TSX_LOADER = require.resolve("tsx");

/** `built` runs the output of `turbo run build`, `source` uses tsx, `watch` restarts on a change. */
export type ServerMode = "built" | "source" | "watch";

export function defaultServerMode(): ServerMode {
  const programs = [`${SERVER}dist/main.js`, `${PACKAGE}dist/stream-worker.js`];
  return programs.every((program) => existsSync(program)) ? "built" : "source";
}

const healthSchema = z.object({ parts: z.object({ notifications: z.literal("up") }) });

/**
 * Starts apps/server on a reserved port. Resolves when its health check passes and it receives the
 * live notices of other servers; a browser that connects earlier could miss live events.
 */
export async function startServerPart(options: {
  mode: ServerMode;
  port: ReservedPort;
  /** The address that the server listens on. */
  host: string;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
}): Promise<Part> {
  const { mode, host, env, log } = options;
  const { port } = options.port;
  const programs: Record<ServerMode, string[]> = {
    built: ["--enable-source-maps", "dist/main.js"],
    source: ["--import", TSX_LOADER, "src/main.ts"],
    watch: [require.resolve("tsx/cli"), "watch", "--clear-screen=false", "src/main.ts"],
  };
  // The program that watches for changes does not pass a socket to the server.
  if (mode === "watch") await options.port.release();
  const child = await options.port.handOver((descriptor) => {
    const passedDescriptor = mode === "watch" ? undefined : descriptor;
    const LISTEN_FDS = passedDescriptor === undefined ? undefined : "1";
    return startChild(process.execPath, programs[mode], {
      cwd: SERVER,
      env: { ...env, HOST: host, PORT: String(port), LISTEN_FDS },
      log,
      passedDescriptor,
    });
  });
  await waitUntilReady(child, "the server", async () => {
    const answer = await fetch(`${localOrigin(host, port)}/healthz`, {
      signal: AbortSignal.timeout(5_000),
    }).catch(() => null);
    if (answer?.status !== 200) {
      await answer?.body?.cancel();
      return false;
    }
    return healthSchema.safeParse(await answer.json().catch(() => null)).success;
  });
  // A stopping server ends its live connections and waits for its requests.
  return { ...child, stop: () => child.stop("SIGTERM", 10_000), kill: () => child.kill() };
}

/** Starts a worker, which runs a Lambda's handler on the table's stream in a process of its own. */
export async function startWorkerPart(options: {
  name: WorkerName;
  mode: ServerMode;
  env: NodeJS.ProcessEnv;
  log: (line: string) => void;
}): Promise<Part> {
  const { name, mode } = options;
  const program =
    mode === "built"
      ? ["--enable-source-maps", `${PACKAGE}dist/${name}.js`]
      : ["--import", TSX_LOADER, `${PACKAGE}src/bin/${name}.ts`];
  const child = await startChild(process.execPath, program, {
    env: { ...options.env },
    log: options.log,
  });
  await waitUntilReady(child, `the ${name}`, async () =>
    child.output().includes('"event":"following"'),
  );
  return child;
}
