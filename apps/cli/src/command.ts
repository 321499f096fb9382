import type { Command } from "commander";
import type { Permission } from "./permissions.ts";

/** What the entry file of a program passes to its commands. */
export interface CommandContext {
  /** The environment variables, as a value. */
  env: Readonly<Record<string, string | undefined>>;
  /** The directory in which a running local stack keeps its `stack.json`. */
  dataDir: string;
}

/** The options that every command understands. */
export interface CommonOptions {
  prod?: boolean | undefined;
  yes?: boolean | undefined;
  json?: boolean | undefined;
}

export interface CommandDescription {
  description: string;
  /** A command line that works, shown by `--help`. */
  example: string;
  /** Every AWS permission that the command needs with `--prod`. The operators' role is made from it. */
  permissions: readonly Permission[];
  /** True for a command that asks before it changes production; it gets `--yes`. */
  asks?: boolean;
  /** False for a command that prints no result. */
  json?: boolean;
}

const permissionsOfCommands = new WeakMap<Command, readonly Permission[]>();

/** Adds a command with the common options to a program. */
export function addCommand(program: Command, name: string, about: CommandDescription): Command {
  const command = program
    .command(name)
    .description(about.description)
    .option("--prod", "use production, as the environment names it, never the local stack")
    .addHelpText("after", `\nExample:\n  ${about.example}`);
  if (about.asks) command.option("--yes", "do not ask before changing production");
  if (about.json !== false) command.option("--json", "print the result as JSON");
  return declarePermissions(command, about.permissions);
}

/** Declares the AWS permissions that a command needs with `--prod`. */
export function declarePermissions(command: Command, permissions: readonly Permission[]): Command {
  permissionsOfCommands.set(command, permissions);
  return command;
}

/** The AWS permissions that a command declared. */
export function permissionsOf(command: Command): readonly Permission[] {
  return permissionsOfCommands.get(command) ?? [];
}
