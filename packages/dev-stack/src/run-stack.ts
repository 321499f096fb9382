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
  /** Work that is done while the engines start and before the server starts. */
  prepare?: (signal: AbortSignal) => Promise<void>;
  /** Starts more once the stack runs. @returns the address for people, and how to stop it */
  extend?: (stack: Stack) => Promise<{ url: string; stop: () => Promise<void> }>;
  /** The port of the server, 0 for a free one. Default: PORT. */
  port?: number | ReservedPort;
}

const print = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Runs a local stack until SIGINT, SIGTERM or SIGHUP arrives, or the package manager that started
 * this process ends. Then stops every process. Rejects when the stack cannot start.
 */
export async function runStack(options: RunOptions): Promise<void> {
  const { config, env } = options;
  const ending = new AbortController();
  const end = () => ending.abort();
  process.on("SIGINT", end).on("SIGTERM", end).on("SIGHUP", end);
  const stopWatching = watchPackageManager(env, end);
  const prepared = options.prepare?.(ending.signal) ?? Promise.resolve();
  // The stack awaits this promise; until then its rejection must not count as unhandled.
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
      push: true,
      log: (line) => process.stderr.write(`${line}\n`),
    });
    if (ending.signal.aborted) return;
    extension = await options.extend?.(stack);
    announce(stack, extension?.url ?? stack.url);
    await new Promise<void>((resolve) => {
      if (ending.signal.aborted) resolve();
      ending.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    print("\nStopping…");
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
  print(`Cruddur Messages is ready: ${url}`);
  if (pool === null) return;
  if (config.DEMO_PASSWORD === "") {
    print("  There are no demo people: set DEMO_PASSWORD to have some.");
  } else {
    const anyOf = new Intl.ListFormat("en", { type: "disjunction" });
    const handles = anyOf.format(DEMO_PEOPLE.map(({ handle }) => handle));
    print(`  Sign in as ${handles}; password: ${config.DEMO_PASSWORD}`);
  }
  print(
    `  Mails, such as the codes for new accounts, are written to ${join(config.DATA_DIR, "user-pool", "mail.log")}`,
  );
  print(`  Logs are in ${join(config.DATA_DIR, "logs")}. Stop with Ctrl-C.`);
}

/** pnpm passes on no signal when it is killed. A process that pnpm did not start has none to watch. */
function watchPackageManager(env: Env, onGone: () => void): () => void {
  if (env.npm_lifecycle_event === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    // Windows keeps the pid of a parent that has ended.
    if (process.ppid !== parent || !isAlive(parent)) onGone();
  }, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
