import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import type { Server } from "node:http";
import { AggregatorRegistry } from "prom-client";
import type { Config } from "./config.ts";
import type { Logger } from "./observe/logger.ts";
import { listenForMetrics } from "./observe/metrics.ts";
import { toConfigError } from "./start-server.ts";

/** A process that ends sooner than this is started again only after a pause. */
const QUICK_MS = 5_000;
const PAUSE_MS = 1_000;

/** True in the process that starts the others; it answers no request itself. */
export const startsProcesses = ({ SERVER_PROCESSES }: Pick<Config, "SERVER_PROCESSES">): boolean =>
  SERVER_PROCESSES > 1 && cluster.isPrimary;

/**
 * Starts several server processes that accept connections on one port in turn (Node's cluster). To one
 * another they are servers of their own, which share what servers share. One that crashes is started
 * again. The metrics of all are added up on one port.
 * @param onFailure called when a process ends before it has listened for the first time
 */
export async function startProcesses(
  config: Config,
  { logger, onFailure }: { logger: Logger; onFailure: () => void },
): Promise<{ stop(): Promise<void> }> {
  let isStopping = false;
  const metrics = await serveSharedMetrics(config);

  function start(): void {
    const startedAt = performance.now();
    // What is drawn by lot where it isn't set must be the same in all processes.
    const worker = cluster.fork({ CURSOR_SECRET: config.CURSOR_SECRET });
    let hasListened = false;
    worker.once("listening", () => {
      hasListened = true;
    });
    worker.once("exit", (code, signal) => {
      if (isStopping) return;
      if (!hasListened) return onFailure();
      logger.error(
        { pid: worker.process.pid, code, signal },
        "a server process ended; starting another",
      );
      const isQuick = performance.now() - startedAt < QUICK_MS;
      setTimeout(() => !isStopping && start(), isQuick ? PAUSE_MS : 0);
    });
  }

  for (let index = 0; index < config.SERVER_PROCESSES; index += 1) start();
  return {
    async stop() {
      isStopping = true;
      const workers = Object.values(cluster.workers ?? {}) as Worker[];
      const exits = workers.map((worker) => (worker.isDead() ? null : once(worker, "exit")));
      for (const worker of workers) worker.process.kill("SIGTERM");
      await Promise.all(exits);
      metrics?.close();
      metrics?.closeAllConnections();
    },
  };
}

async function serveSharedMetrics({ METRICS_PORT, METRICS_HOST }: Config): Promise<Server | null> {
  if (METRICS_PORT === undefined) return null;
  const registry = new AggregatorRegistry();
  const address = { host: METRICS_HOST, port: METRICS_PORT };
  return listenForMetrics({
    ...{ ...address, contentType: registry.contentType, read: () => registry.clusterMetrics() },
  }).catch((error: unknown) => {
    throw toConfigError(error, METRICS_PORT, METRICS_HOST, "METRICS_");
  });
}
