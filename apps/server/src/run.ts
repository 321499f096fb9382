import { ConfigError, readConfig } from "./config.ts";
import { createLogger } from "./observe/logger.ts";
import { startServer } from "./start.ts";

/** Longer than the requests' time to finish; a process that hangs is killed by its supervisor anyway. */
const EXIT_MARGIN_MS = 5_000;

/** Runs the server until SIGTERM or SIGINT. Problems of the operator's to fix exit 1 with one line. */
export async function runUntilSignal(): Promise<void> {
  try {
    const config = readConfig();
    const logger = createLogger({ level: config.LOG_LEVEL });
    const { stop } = await startServer(config, logger);
    const end = () => {
      setTimeout(
        () => process.exit(1),
        config.SHUTDOWN_TIMEOUT_SECONDS * 1000 + EXIT_MARGIN_MS,
      ).unref();
      stop().then(
        () => logger.flush(() => process.exit(0)),
        () => process.exit(1),
      );
    };
    process.once("SIGTERM", end).once("SIGINT", end);
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
