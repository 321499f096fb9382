import { Command, CommanderError } from "commander";

/** What the entry file of an operator program passes to its commands. */
export interface CommandContext {
  /** The environment variables, as a value. */
  env: Readonly<Record<string, string | undefined>>;
  /** The directory in which a running local stack keeps its `stack.json`. */
  dataDir: string;
}

/** The options that every operator command understands. */
export interface CommonOptions {
  prod?: boolean | undefined;
  yes?: boolean | undefined;
  json?: boolean | undefined;
}

/** Creates a program that reports wrong usage in one line, as it reports every other error. */
export function createProgram(name: string, description: string): Command {
  return new Command(name).description(description).configureOutput({
    outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, " ")}; see --help\n`),
  });
}

/**
 * Adds a command with the common options.
 * @param options.yes false for a command that never asks for confirmation
 * @param options.json false for a command whose result has only one form
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

/**
 * Runs a program. `--help` exits with code 0; any error becomes one line on stderr and exit code 1.
 * @param argv the arguments, as in `process.argv`
 */
export async function runCli(program: Command, argv: readonly string[]): Promise<void> {
  const throwInsteadOfExit = (command: Command): void => {
    command.exitOverride();
    command.commands.forEach(throwInsteadOfExit);
  };
  throwInsteadOfExit(program);
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
