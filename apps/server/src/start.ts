import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { compose } from "./compose.ts";
import type { Config } from "./config.ts";
import type { Logger } from "./observe/logger.ts";
import { serveMetrics } from "./observe/metrics.ts";

export interface RunningServer {
  /** The port listened on, also when 0 was asked for. */
  port: number;
  metricsPort: number | null;
  /** Stops accepting, ends streams, waits for requests (bounded), releases all. */
  stop(): Promise<void>;
}

/** Builds the server and listens. Rejects when the port is taken. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const composition = await compose(config, logger);
  const { server } = composition;
  try {
    server.listen(config.PORT, config.HOST);
    await once(server, "listening");
  } catch (error) {
    await composition.close();
    throw error;
  }
  const metricsServer =
    config.METRICS_PORT === undefined
      ? null
      : await serveMetrics(composition.metrics, {
          host: config.METRICS_HOST,
          port: config.METRICS_PORT,
        });
  const { port } = server.address() as AddressInfo;
  logger.info({ port }, "listening");

  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    logger.info("stopping");
    // No keep-alive any more: a client's next request goes to another server.
    server.prependListener("request", (_request, response) => {
      response.setHeader("connection", "close");
    });
    const closed = new Promise((resolve) => server.close(resolve));
    composition.endStreams();
    const patience = setTimeout(
      () => server.closeAllConnections(),
      config.SHUTDOWN_TIMEOUT_SECONDS * 1000,
    );
    // A connection whose last answer has gone out would otherwise stay open, and be used again.
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    await closed;
    clearInterval(idle);
    clearTimeout(patience);
    metricsServer?.close();
    metricsServer?.closeAllConnections();
    await composition.close();
    logger.info("stopped");
  }

  return {
    port,
    metricsPort: (metricsServer?.address() as AddressInfo | undefined)?.port ?? null,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}
