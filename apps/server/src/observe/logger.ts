import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

/** Fields that are removed from every object that is logged. */
const SECRET_PATHS = [
  "authorization",
  "cookie",
  "password",
  "code",
  "message.message",
  "access_token",
  "refresh_token",
  "token",
  "req",
  "res",
  "input",
].flatMap((path) => [path, `*.${path}`]);

/** Structured logs. Callers log ids and numbers, never texts of people or tokens. */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: { service: "cruddur-server" },
      redact: { paths: SECRET_PATHS, remove: true },
      serializers: { err: serializeError },
    },
    // Lines are written in blocks, which is faster, and at least once a second.
    options.destination ??
      pino.destination({ sync: false, minLength: 12_288, periodicFlush: 1_000 }),
  );
}

/**
 * The name, code and stack frames of an error and its causes. Messages are left out, because they can
 * quote a person's input, such as a query's parameters or an excerpt of a document.
 */
export function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, cause, stack = "" } = error;
  const error_code = "code" in error ? String(error.code) : undefined;
  const frames = stack.split("\n").filter((line) => line.startsWith("    at "));
  return {
    name,
    // Not `code`, which is removed because a person's confirmation code has that name.
    error_code,
    at: frames.slice(0, 8).map((line) => line.trim()),
    cause: cause === undefined || cause === error ? undefined : serializeError(cause),
  };
}
