import { ConfigError, readConfig } from "./config.ts";
import { createLogger } from "./observe/logger.ts";
import { startProcesses, startsProcesses } from "./processes.ts";
import { startServer } from "./start-server.ts";

/** Exceeds the time that requests have to finish, so that only a process that hangs is cut short. */
const EXIT_MARGIN_MS = 5_000;

/** Runs the server until SIGTERM or SIGINT. A mistake in the configuration exits with 1 and one line. */
try {
  const config = readConfig();
  const logger = createLogger({ level: config.LOG_LEVEL });
  // A process that can't start has said why.
  const onFailure = () => process.exit(1);
  const { stop } = startsProcesses(config)
    ? await startProcesses(config, { logger, onFailure })
    : await startServer(config, logger);
  const end = () => {
    const timeoutMs = config.SHUTDOWN_TIMEOUT_SECONDS * 1000 + EXIT_MARGIN_MS;
    setTimeout(() => process.exit(1), timeoutMs).unref();
    stop().then(
      () => logger.flush(() => process.exit(0)),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", end).once("SIGINT", end);
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exit(1);
}

function describe(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
