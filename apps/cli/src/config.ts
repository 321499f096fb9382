import type { CommandContext } from "./command.ts";

/** What every program is given: the environment as a value, and where the local stack keeps its data. */
export function readConfig(env: CommandContext["env"]): CommandContext {
  return { env, dataDir: env.DATA_DIR || ".data" };
}
