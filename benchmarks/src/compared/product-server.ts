/**
 * The product's server, composed like `main.ts`, in a measured process, or in several with
 * `SERVER_PROCESSES`. One JSON argument has `env`, and `fixedTable` to answer reads of the table from memory.
 */
import cluster from "node:cluster";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
// @boundaries-ignore measures the server as it is built
import { compose } from "../../../apps/server/src/compose.ts";
// @boundaries-ignore measures the server as it is built
import { readConfig } from "../../../apps/server/src/config.ts";
// @boundaries-ignore measures the server as it is built
import { createLogger } from "../../../apps/server/src/observe/logger.ts";
// @boundaries-ignore measures the server as it is built
import { startProcesses, startsProcesses } from "../../../apps/server/src/processes.ts";
import { announceReady } from "../harness/job.ts";
import { createFixedStore } from "./fixed-store.ts";

const { env, fixedTable } = JSON.parse(process.argv[2] ?? "{}") as {
  env: Record<string, string>;
  fixedTable: boolean;
};

const config = readConfig(env);
// Writes request logs as in production. The harness discards them.
const logger = createLogger({ level: config.LOG_LEVEL });
if (startsProcesses(config)) await startAll();
else await startOne();

async function startAll(): Promise<void> {
  let listening = 0;
  cluster.on("listening", (_worker, { port }) => {
    listening += 1;
    if (listening === config.SERVER_PROCESSES) announceReady(port);
  });
  await startProcesses(config, { logger, onFailure: () => process.exit(1) });
}

async function startOne(): Promise<void> {
  const { server, services } = await compose(config, logger);
  if (fixedTable) Object.assign(services, { store: createFixedStore(services.store) });
  server.listen(config.PORT, config.HOST);
  await once(server, "listening");
  if (!cluster.isWorker) announceReady((server.address() as AddressInfo).port);
}
