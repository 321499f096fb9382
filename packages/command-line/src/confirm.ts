import { createInterface } from "node:readline/promises";
import { CliError } from "./cli-error.ts";

/**
 * Asks the operator before an action that cannot be undone, and returns only after a "yes".
 * @param options.yes true when the operator has already confirmed with `--yes`
 * Throws CliError when the answer is anything else, and when there is no terminal to ask on.
 */
export async function confirmOrThrow(question: string, options: { yes: boolean }): Promise<void> {
  if (options.yes) return;
  if (!process.stdin.isTTY) throw new CliError(`${question} Refused: pass --yes to confirm`);
  const readline = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await readline.question(`${question} Type "yes" to go on: `);
  readline.close();
  if (answer.trim() !== "yes") throw new CliError("nothing was changed");
}
