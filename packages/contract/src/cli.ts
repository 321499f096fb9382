import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import cliProgress from "cli-progress";
import { Command, CommanderError } from "commander";
import { z } from "zod";

/** What `pnpm start` writes to `<DATA_DIR>/stack.json` so that commands find the running stack. */
const localStackSchema = z.object({
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

/** What every operator program is given by its entry file. */
export interface CommandContext {
  /** The environment as a value. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where a running local stack has left its `stack.json`. */
  dataDir: string;
}

/** The options that all commands share. */
export interface CommonOptions {
  prod?: boolean | undefined;
  yes?: boolean | undefined;
  json?: boolean | undefined;
}

/** True for an address on this machine, where nothing is production. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

/** True for an address of an AWS service. */
export function isAws(url: string): boolean {
  return URL.canParse(url) && /\.amazonaws\.com$/.test(new URL(url).hostname);
}

/**
 * `--prod` is AWS: an endpoint left over from local work, or a container's, would quietly redirect it.
 * @param names the variables that may hold an endpoint
 */
export function refuseOtherEndpoints(
  { env }: Pick<CommandContext, "env">,
  { prod }: CommonOptions,
  ...names: string[]
): void {
  for (const name of names) {
    const endpoint = env[name];
    if (!prod || !endpoint || (isAws(endpoint) && endpoint.startsWith("https:"))) continue;
    throw new CliError(`--prod is AWS, and ${name} names another place: unset it`);
  }
}

/** A program that answers wrong usage with one line, as it does any error. */
export function createProgram(name: string, description: string): Command {
  return new Command(name).description(description).configureOutput({
    outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, " ")}; see --help\n`),
  });
}

/**
 * Adds a command that takes the common options.
 * @param options.yes false where nothing is asked
 * @param options.json false where there is no choice of form
 */
export function addCommand(
  program: Command,
  name: string,
  description: string,
  { yes = true, json = true }: { yes?: boolean; json?: boolean } = {},
): Command {
  const command = program
    .command(name)
    .description(description)
    .option("--prod", "use production, as the environment names it, never the local stack");
  if (yes) command.option("--yes", "don't ask before what can't be undone in production");
  if (json) command.option("--json", "print data as JSON");
  return command;
}

/** Data for programs, lines for people; both on stdout. */
export function print(options: CommonOptions, data: unknown, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(data) : text}\n`);
}

/** What isn't data, on stderr so that stdout stays data. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
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

/**
 * A progress bar on stderr, silent when stderr is no terminal, so that stdout stays data. While the
 * total is unknown (0), or was too low, it only counts: a bar would look full from the start.
 */
export function createProgress(label: string, total = 0): Progress {
  if (!process.stderr.isTTY) return { add() {}, setTotal() {}, stop() {} };
  const bar = new cliProgress.SingleBar({
    format: (options, params, payload) => {
      const isKnown = params.total > 0 && params.value <= params.total;
      const format = `${label} ${isKnown ? "{bar} {value}/{total} {eta_formatted}" : "{value}"}`;
      return cliProgress.Format.Formatter({ ...options, format }, params, payload);
    },
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
