import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { SingleBar } from "cli-progress";
import { type Command, CommanderError } from "commander";
import { z } from "zod";

/** What `pnpm start` writes to `<DATA_DIR>/stack.json` so that commands find the running stack. */
export const localStackSchema = z.object({
  pid: z.number(),
  url: z.string(),
  AWS_ENDPOINT_URL: z.string(),
  CONNECTION_URL: z.string(),
  AWS_COGNITO_ENDPOINT_URL: z.string(),
  AWS_COGNITO_USER_POOL_ID: z.string(),
  AWS_COGNITO_CLIENT_ID: z.string(),
});
export type LocalStack = z.infer<typeof localStackSchema>;

/** A failure that is the operator's to fix: shown as its message alone, exit code 1. */
export class CliError extends Error {
  override readonly name = "CliError";
}

/** Reads `<dataDir>/stack.json`. Throws CliError with what to do when no stack has been started. */
export function readLocalStack(dataDir: string): LocalStack {
  const file = resolve(dataDir, "stack.json");
  try {
    return localStackSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new CliError(
      `no local stack found (${file}): run \`pnpm start\` first, set the endpoint variables, or use --prod`,
    );
  }
}

/**
 * Runs a commander program: `--help` exits 0; any error is one clear line on stderr and exit code 1.
 * @param argv as in `process.argv`
 */
export async function runCli(program: Command, argv: readonly string[]): Promise<void> {
  const quiet = (command: Command): void => {
    command.exitOverride();
    command.commands.forEach(quiet);
  };
  quiet(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 1;
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`error: ${message.split("\n")[0]}\n`);
    process.exitCode = 1;
  }
}

export interface Progress {
  add(count?: number): void;
  setTotal(total: number): void;
  stop(): void;
}

/** A progress bar on stderr, silent when stderr is no terminal, so that stdout stays data. */
export function createProgress(label: string, total: number): Progress {
  if (!process.stderr.isTTY) return { add() {}, setTotal() {}, stop() {} };
  const bar = new SingleBar({
    format: `${label} {bar} {value}/{total} {eta_formatted}`,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return {
    add: (count = 1) => bar.increment(count),
    setTotal: (next) => bar.setTotal(next),
    stop: () => bar.stop(),
  };
}

/** Asks before something that can't be undone. Without a terminal it refuses and names `--yes`. */
export async function confirmOrThrow(question: string, options: { yes: boolean }): Promise<void> {
  if (options.yes) return;
  if (!process.stdin.isTTY) throw new CliError(`${question} Refused: pass --yes to confirm`);
  const readline = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await readline.question(`${question} Type "yes" to go on: `);
  readline.close();
  if (answer.trim() !== "yes") throw new CliError("nothing was changed");
}
