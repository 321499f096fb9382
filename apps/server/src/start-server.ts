import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Composition, compose } from "./compose.ts";
import { type Config, ConfigError } from "./config.ts";
import type { Logger } from "./observe/logger.ts";
import { serveMetrics } from "./observe/metrics.ts";

export interface RunningServer {
  /** The port listened on, also when 0 was asked for. */
  port: number;
  metricsPort: number | null;
  /** Stops accepting, ends streams, waits for requests (bounded), releases all. */
  stop(): Promise<void>;
}

/** Builds the server and listens. Rejects with a ConfigError when it can't listen where it should. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const composition = await compose(config, logger);
  const { server } = composition;
  let metricsServer: Server | null;
  try {
    metricsServer = await listen(composition, config);
  } catch (error) {
    await composition.close();
    throw error;
  }
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

/** The first file descriptor that is passed on, by the convention of systemd's socket activation. */
const PASSED_SOCKET = 3;

/** @returns the listener of the metrics, if there is to be one */
async function listen(
  { server, metrics }: Composition,
  { PORT, HOST, LISTEN_FDS, METRICS_PORT, METRICS_HOST }: Config,
): Promise<Server | null> {
  let metricsServer: Server | null = null;
  if (METRICS_PORT !== undefined) {
    try {
      metricsServer = await serveMetrics(metrics, { host: METRICS_HOST, port: METRICS_PORT });
    } catch (error) {
      throw explainListening(error, METRICS_PORT, METRICS_HOST, "METRICS_");
    }
  }
  try {
    // Last: who connects is answered.
    server.listen(LISTEN_FDS === undefined ? { port: PORT, host: HOST } : { fd: PASSED_SOCKET });
    await once(server, "listening");
  } catch (error) {
    metricsServer?.close();
    throw explainListening(error, PORT, HOST);
  }
  return metricsServer;
}

/** @param prefix what the names of the variables begin with that say where */
function explainListening(error: unknown, port: number, host: string, prefix = ""): ConfigError {
  const { code = "" } = error as NodeJS.ErrnoException;
  const problems: Record<string, string> = {
    EADDRINUSE: `port ${port} on ${host} is taken: set ${prefix}PORT to another one`,
    EACCES: `port ${port} is for privileged programs: set ${prefix}PORT to 1024 or more`,
  };
  const other = `can't listen on ${host} (${code}): set ${prefix}HOST to an address of this machine`;
  return new ConfigError(problems[code] ?? other, { cause: error });
}
