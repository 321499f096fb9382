import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

/** Never written, wherever an object that has them is logged. */
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

/** Structured logs. Callers pass ids and numbers; text of people and tokens has no field to go to. */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: { service: "cruddur-server" },
      redact: { paths: SECRET_PATHS, remove: true },
      serializers: { err: serializeError },
    },
    // Written in blocks, for speed; a quiet server's lines appear within a second all the same.
    options.destination ??
      pino.destination({ sync: false, minLength: 12_288, periodicFlush: 1_000 }),
  );
}

/**
 * Names, codes and places; an error's own words can quote a person's input (a database's parameters,
 * a parser's excerpt), so they are left out, of its causes too.
 */
export function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, cause, stack = "" } = error;
  const code = "code" in error ? String(error.code) : undefined;
  const frames = stack.split("\n").filter((line) => line.startsWith("    at "));
  return {
    name,
    code,
    at: frames.slice(0, 8).map((line) => line.trim()),
    cause: cause === undefined || cause === error ? undefined : serializeError(cause),
  };
}
