import { type BoundAccessPatterns, bindAccessPatterns, type Table } from "./access-pattern.ts";
import { getMessage } from "./access-patterns/get-message.ts";
import { rebuildMembership } from "./access-patterns/rebuild-membership.ts";
import type { MessagesTableClient } from "./client.ts";
import { streamPatterns } from "./roles.ts";
import { TABLE_NAME } from "./table.ts";

/** What the stream Lambda does to the table. Every method may be repeated. */
export type StreamProjection = BoundAccessPatterns<typeof streamPatterns>;

const projectionPatterns = { ...streamPatterns, getMessage, rebuildMembership };

/** The Lambda's part, and what operators need to do its work again. */
export type OperatorProjection = BoundAccessPatterns<typeof projectionPatterns>;

/** @param options.tableName `cruddur-messages` by default */
export function createProjection(options: {
  client: MessagesTableClient;
  tableName?: string;
  onCorruptItem?: Table["onCorruptItem"];
}): OperatorProjection {
  const { client, tableName = TABLE_NAME, onCorruptItem } = options;
  return bindAccessPatterns<Table, typeof projectionPatterns>(
    { client, tableName, onCorruptItem },
    projectionPatterns,
  );
}
