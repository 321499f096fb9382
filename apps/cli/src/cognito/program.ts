import { createProgram } from "@cruddur/command-line/program";
import type { Command } from "commander";
import type { CommandContext } from "../command.ts";
import { addListUsers } from "./list-users.ts";

/** `pnpm cognito`: the operators' commands for the user pool. */
export function createCognitoProgram(context: CommandContext): Command {
  const program = createProgram("pnpm cognito", "The user pool of Cruddur Messages");
  addListUsers(program, context);
  return program;
}
