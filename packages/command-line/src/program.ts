import { Command, CommanderError } from "commander";

/** Creates a program that reports wrong usage in one line, as it reports every other error. */
export function createProgram(name: string, description: string): Command {
  return new Command(name).description(description).configureOutput({
    outputError: (text, write) => write(`${text.trim().replace(/\s*\n\s*/g, " ")}; see --help\n`),
  });
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
