import { createCognitoProgram } from "./cognito/program.ts";
import { permissionsOf } from "./command.ts";
import { createDbProgram } from "./db/program.ts";
import { createDdbProgram } from "./ddb/program.ts";
import type { Permission } from "./permissions.ts";

/** The AWS permissions of every command by its name, such as `ddb scan`, as the commands declare them. */
export function operatorPermissions(): ReadonlyMap<string, readonly Permission[]> {
  const context = { env: {}, dataDir: "", findUserByHandle: async () => null };
  const programs = [
    createDdbProgram(context),
    createDbProgram(context),
    createCognitoProgram(context),
  ];
  return new Map(
    programs.flatMap((program) =>
      program.commands.map((command) => [
        `${program.name().replace("pnpm ", "")} ${command.name()}`,
        permissionsOf(command),
      ]),
    ),
  );
}
