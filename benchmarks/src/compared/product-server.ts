/**
 * The product's server, composed like `main.ts`, in a measured process. One JSON argument has `env`,
 * and `fixedTable` to answer reads of the table from memory.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
// @boundaries-ignore measures the server as it is built
import { compose } from "../../../apps/server/src/compose.ts";
// @boundaries-ignore measures the server as it is built
import { readConfig } from "../../../apps/server/src/config.ts";
// @boundaries-ignore measures the server as it is built
import { createLogger } from "../../../apps/server/src/observe/logger.ts";
import { announceReady } from "../harness/job.ts";
import { createFixedStore } from "./fixed-store.ts";

const { env, fixedTable } = JSON.parse(process.argv[2] ?? "{}") as {
  env: Record<string, string>;
  fixedTable: boolean;
};

const config = readConfig(env);
// Writes request logs as in production. The harness discards them.
const logger = createLogger({ level: config.LOG_LEVEL });
const { server, services } = await compose(config, logger);
if (fixedTable) Object.assign(services, { store: createFixedStore(services.store) });
server.listen(config.PORT, config.HOST);
await once(server, "listening");
announceReady((server.address() as AddressInfo).port);
