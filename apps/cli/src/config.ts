import type { CommandContext, Env } from "@cruddur/db/commands";

/** What every program is given: the environment as a value, and where the local stack lives. */
export function readConfig(env: Env): CommandContext {
  return { env, dataDir: env.DATA_DIR || ".data" };
}
