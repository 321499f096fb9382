import type { UserShort } from "@cruddur/contract/users";
import { createUsers } from "@cruddur/db/users";
import type { CommandContext } from "../command.ts";
import { withDatabase, withDb } from "./database-target.ts";

/**
 * Creates the lookup of a person by handle that the table's commands use. It connects for one query.
 * @returns a function that answers null for an unknown handle; its `prod` is the `--prod` option
 */
export function createFindUserByHandle(context: CommandContext) {
  return (handle: string, options: { prod?: boolean } = {}): Promise<UserShort | null> =>
    withDatabase(context, options, (target) =>
      withDb(target, (db) => createUsers(db).findUserByHandle(handle)),
    );
}
