import { type BoundAccessPatterns, bindAccessPatterns, type Table } from "./access-pattern.ts";
import type { MessagesTableClient } from "./client.ts";
import { pushPatterns } from "./roles.ts";
import { TABLE_NAME } from "./table.ts";

/** What the push Lambda reads of the table. It writes nothing. */
export type PushReads = BoundAccessPatterns<typeof pushPatterns>;

/** @param options.tableName `cruddur-messages` by default */
export function createPushReads(options: {
  client: MessagesTableClient;
  tableName?: string;
}): PushReads {
  const { client, tableName = TABLE_NAME } = options;
  return bindAccessPatterns<Table, typeof pushPatterns>({ client, tableName }, pushPatterns);
}
