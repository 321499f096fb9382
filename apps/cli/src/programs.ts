import type { Command } from "commander";
import { createCognitoProgram } from "./cognito/program.ts";
import type { CommandContext } from "./command.ts";
import { createFindUserByHandle } from "./db/find-user.ts";
import { createDbProgram } from "./db/program.ts";
import { createDdbProgram } from "./ddb/program.ts";
import { createOpsProgram } from "./ops/program.ts";

/** Every program by its name, such as `ddb` for `pnpm ddb`. */
export function createPrograms(context: CommandContext): ReadonlyMap<string, Command> {
  const findUserByHandle = createFindUserByHandle(context);
  return new Map([
    ["ddb", createDdbProgram({ ...context, findUserByHandle })],
    ["db", createDbProgram(context)],
    ["cognito", createCognitoProgram(context)],
    ["ops", createOpsProgram(context)],
  ]);
}
