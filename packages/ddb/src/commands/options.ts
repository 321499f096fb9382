import type { UserShort } from "@cruddur/core/schemas";
import { Command } from "commander";

export type Env = Readonly<Record<string, string | undefined>>;

export interface CommandContext {
  /** The environment, read by the entry file. */
  env: Env;
  /** Where a running local stack has left its `stack.json`. */
  dataDir: string;
  /** Looks a person up where users are kept; null for an unknown handle. */
  findUserByHandle(handle: string, options?: { prod?: boolean }): Promise<UserShort | null>;
}

export interface CommonOptions {
  prod?: boolean | undefined;
  yes?: boolean | undefined;
  json?: boolean | undefined;
}

/** A program that answers wrong usage with its usage. */
export function createProgram(name: string, description: string): Command {
  return new Command(name).description(description).showHelpAfterError().showSuggestionAfterError();
}

/** A command with the options that all share. */
export function addCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--prod", "use AWS, never the local stack")
    .option("--yes", "don't ask before what can't be undone in production")
    .option("--json", "print data as JSON");
}

/** Data for programs, lines for people; both on stdout. */
export function print(options: CommonOptions, data: unknown, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(data) : text}\n`);
}

/** What isn't data, on stderr so that stdout stays data. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
