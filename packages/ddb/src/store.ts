import { createMessageUuidFactory } from "@cruddur/contract/ids";
import { type BoundAccessPatterns, bindAccessPatterns, type Table } from "./access-pattern.ts";
import type { SendingTable } from "./access-patterns/send-claims.ts";
import type { MessagesTableClient } from "./client.ts";
import { serverPatterns } from "./roles.ts";
import { TABLE_NAME } from "./table.ts";

/**
 * What people do with conversations, a method for each access pattern. Methods throw AppError
 * `unavailable` for throttling, timeouts and conflicts that outlast the bounded retries: safe to
 * repeat. The functions in `access-patterns/` document their inputs, results and other errors.
 */
export type MessagesStore = BoundAccessPatterns<typeof serverPatterns>;

/**
 * The store on one table. A process has one, so that its message uuids strictly increase.
 * @param options.tableName `cruddur-messages` by default
 * @param options.now clock in ms since the epoch
 * @param options.onCorruptItem called for each item that can't be read; lists leave it out
 */
export function createMessagesStore(options: {
  client: MessagesTableClient;
  tableName?: string;
  now?: () => number;
  onCorruptItem?: Table["onCorruptItem"];
}): MessagesStore {
  const { client, tableName = TABLE_NAME, now = Date.now, onCorruptItem } = options;
  const mintMessageUuid = createMessageUuidFactory(now);
  const table: SendingTable = { client, tableName, now, mintMessageUuid, onCorruptItem };
  return bindAccessPatterns(table, serverPatterns);
}
