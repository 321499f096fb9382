import type { CommandContext } from "@cruddur/command-line/program";
import type { UserShort } from "@cruddur/contract/users";
import { createDb } from "../client.ts";
import { createUsers } from "../users.ts";
import { explain, resolveDatabase } from "./database-target.ts";

/**
 * The one thing other programs' commands ask of this database. Connects for the one query.
 * @returns a look-up by handle; null for an unknown one. `prod` as in the `--prod` option.
 */
export function createFindUserByHandle(context: CommandContext) {
  return async (handle: string, options: { prod?: boolean } = {}): Promise<UserShort | null> => {
    const target = resolveDatabase(context, options);
    const client = createDb({ connectionUrl: target.connectionUrl, max: 1 });
    try {
      return await createUsers(client.db).findUserByHandle(handle);
    } catch (error) {
      throw explain(error, target);
    } finally {
      await client.close();
    }
  };
}
