import { permissionsOf } from "./command.ts";
import type { Permission } from "./permissions.ts";
import { createPrograms } from "./programs.ts";

/**
 * The AWS permissions of every command by its name, such as `ddb scan`, or `ops` for a program that
 * is one command, as the commands declare them.
 */
export function operatorPermissions(): ReadonlyMap<string, readonly Permission[]> {
  return new Map(
    [...createPrograms({ env: {}, dataDir: "" })].flatMap(([name, program]) =>
      program.commands.length === 0
        ? [[name, permissionsOf(program)]]
        : program.commands.map((command) => [`${name} ${command.name()}`, permissionsOf(command)]),
    ),
  );
}
