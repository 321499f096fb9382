import cluster from "node:cluster";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { type Composition, compose } from "./compose.ts";
import { type Config, ConfigError } from "./config.ts";
import type { Logger } from "./observe/logger.ts";
import { serveMetrics, shareMetrics } from "./observe/metrics.ts";

export interface RunningServer {
  /** The port that the server listens on, also when the configuration asks for a free one (0). */
  port: number;
  metricsPort: number | null;
  /** Accepts no more requests, ends live connections, waits a limited time for requests to finish. */
  stop(): Promise<void>;
}

/** Builds the server and listens. Throws ConfigError when it can't listen at its address. */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const composition = await compose(config, logger);
  const { server } = composition;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  let metricsServer: Server | null;
  try {
    metricsServer = await listen(composition, config);
  } catch (error) {
    await composition.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const metricsPort = (metricsServer?.address() as AddressInfo | undefined)?.port ?? null;
  const { pid } = process;
  logger.info({ pid, port, metrics_port: metricsPort ?? undefined }, "listening");

  let stopping: Promise<void> | undefined;
  async function stop(): Promise<void> {
    logger.info("stopping");
    // Ends keep-alive, so that a client's next request goes to another server.
    server.prependListener("request", (_request, response) => {
      response.setHeader("connection", "close");
    });
    const closed = new Promise((resolve) => server.close(resolve));
    composition.endLiveConnections();
    const deadline = setTimeout(
      () => server.closeAllConnections(),
      config.SHUTDOWN_TIMEOUT_SECONDS * 1000,
    );
    // Otherwise a connection whose last response has been sent would stay open and be used again. Node
    // does not count as idle a connection that has sent nothing yet, such as a browser's spare one.
    const idleSweep = setInterval(() => {
      server.closeIdleConnections();
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, 50);
    await closed;
    clearInterval(idleSweep);
    clearTimeout(deadline);
    metricsServer?.close();
    metricsServer?.closeAllConnections();
    await composition.close();
    logger.info("stopped");
  }

  return {
    port,
    metricsPort,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** The first file descriptor that is passed on, by the convention of systemd's socket activation. */
const PASSED_SOCKET = 3;

/** @returns the metrics server, if it is turned on */
async function listen(
  { server, metrics }: Composition,
  { PORT, HOST, LISTEN_FDS, METRICS_PORT, METRICS_HOST }: Config,
): Promise<Server | null> {
  let metricsServer: Server | null = null;
  if (METRICS_PORT !== undefined && cluster.isWorker) {
    shareMetrics(metrics);
  } else if (METRICS_PORT !== undefined) {
    try {
      metricsServer = await serveMetrics(metrics, { host: METRICS_HOST, port: METRICS_PORT });
    } catch (error) {
      throw toConfigError(error, METRICS_PORT, METRICS_HOST, "METRICS_");
    }
  }
  try {
    // The public server listens last, so that everything it needs works for the first request.
    server.listen(LISTEN_FDS === undefined ? { port: PORT, host: HOST } : { fd: PASSED_SOCKET });
    await once(server, "listening");
  } catch (error) {
    metricsServer?.close();
    throw toConfigError(error, PORT, HOST);
  }
  return metricsServer;
}

/** @param prefix of the variables that set this port and host */
export function toConfigError(
  error: unknown,
  port: number,
  host: string,
  prefix = "",
): ConfigError {
  const { code = "" } = error as NodeJS.ErrnoException;
  const problems: Record<string, string> = {
    EADDRINUSE: `port ${port} on ${host} is taken: set ${prefix}PORT to another one`,
    EACCES: `port ${port} is for privileged programs: set ${prefix}PORT to 1024 or more`,
  };
  const other = `can't listen on ${host} (${code}): set ${prefix}HOST to an address of this machine`;
  return new ConfigError(problems[code] ?? other, { cause: error });
}
