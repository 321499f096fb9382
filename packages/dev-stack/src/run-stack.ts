import { join } from "node:path";
import { DEMO_PEOPLE } from "@cruddur/db/seed";
import { isAlive } from "@cruddur/engines/processes";
import type { Env, StackConfig } from "./config.ts";
import type { ReservedPort } from "./reserved-port.ts";
import type { ServerMode } from "./server-part.ts";
import { type Stack, startStack } from "./stack.ts";

export interface RunOptions {
  env: Env;
  config: StackConfig;
  serverMode: ServerMode;
  /** Work done beside the engines' start and before the server's. */
  prepare?: (signal: AbortSignal) => Promise<void>;
  /** More to start once the stack runs. @returns its address, and how to end it */
  extend?: (stack: Stack) => Promise<{ url: string; stop: () => Promise<void> }>;
  /** The server's port, 0 for a free one. Default: PORT. */
  port?: number | ReservedPort;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Runs a stack in the foreground until SIGINT, SIGTERM or the death of the package manager that
 * started us; then ends every process. Rejects when it can't start.
 */
export async function runStack(options: RunOptions): Promise<void> {
  const { config, env } = options;
  const ending = new AbortController();
  const end = () => ending.abort();
  process.on("SIGINT", end).on("SIGTERM", end).on("SIGHUP", end);
  const stopWatching = watchPackageManager(env, end);
  const prepared = options.prepare?.(ending.signal) ?? Promise.resolve();
  // Awaited by the stack; until then a failure must not count as unhandled.
  prepared.catch(() => undefined);
  let stack: Stack | undefined;
  let extension: Awaited<ReturnType<NonNullable<RunOptions["extend"]>>> | undefined;
  try {
    stack = await startStack({
      dataDir: config.DATA_DIR,
      port: options.port ?? config.PORT,
      env,
      serverMode: options.serverMode,
      beforeServer: prepared,
      log: (line) => process.stderr.write(`${line}\n`),
    });
    if (ending.signal.aborted) return;
    extension = await options.extend?.(stack);
    announce(stack, extension?.url ?? stack.url);
    await new Promise<void>((resolve) => {
      if (ending.signal.aborted) resolve();
      ending.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    say("\nStopping…");
  } finally {
    ending.abort();
    stopWatching();
    await extension?.stop();
    await stack?.stop();
    await prepared.catch(() => undefined);
    process.off("SIGINT", end).off("SIGTERM", end).off("SIGHUP", end);
  }
}

function announce({ config, pool }: Stack, url: string): void {
  say(`Cruddur Messages is ready: ${url}`);
  if (pool === null) return;
  const anyOf = new Intl.ListFormat("en", { type: "disjunction" });
  const handles = anyOf.format(DEMO_PEOPLE.map(({ handle }) => handle));
  say(`  Sign in as ${handles}; password: ${config.DEMO_PASSWORD}`);
  say(`  Codes for new accounts are written to ${join(config.DATA_DIR, "user-pool", "mail.log")}`);
  say(`  Logs are in ${join(config.DATA_DIR, "logs")}. Stop with Ctrl-C.`);
}

/** pnpm passes no signal on when it is killed, so we look for it. Run by hand, we may be left alone. */
function watchPackageManager(env: Env, onGone: () => void): () => void {
  if (env.npm_lifecycle_event === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    // Windows goes on naming a parent that is gone.
    if (process.ppid !== parent || !isAlive(parent)) onGone();
  }, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
