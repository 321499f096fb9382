import type { CommandContext } from "@cruddur/command-line/program";

/** What every program is given: the environment as a value, and where the local stack lives. */
export function readConfig(env: CommandContext["env"]): CommandContext {
  return { env, dataDir: env.DATA_DIR || ".data" };
}
