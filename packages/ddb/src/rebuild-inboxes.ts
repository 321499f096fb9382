import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import pLimit from "p-limit";
import type { Item } from "./attributes.ts";
import { run, type Table } from "./client.ts";
import { parseMembershipPk, parseMembershipSk } from "./keys.ts";
import { createProjection } from "./projection.ts";
import { reportCorruptItem } from "./read-items.ts";
import { MESSAGE_GROUP_INDEX, TABLE_NAME } from "./table.ts";

const ROWS_AT_ONCE = 8;

/**
 * Works out every group row from the messages, page by page of the members' index, safely while
 * people write and safe to stop and start again.
 * @param options.onTotal how many rows there are, which takes a scan of its own
 */
export async function rebuildInboxes(options: {
  client: DynamoDBClient;
  tableName?: string;
  onTotal?: (rows: number) => void;
  onRow?: () => void;
  /** Told of each row or message that can't be read; it is passed over. */
  onCorruptItem?: Table["onCorruptItem"];
}): Promise<{ rows: number; repaired: number }> {
  const { client, tableName = TABLE_NAME } = options;
  const projection = createProjection({ ...options, tableName });
  if (options.onTotal !== undefined) options.onTotal(await countRows(client, tableName));
  const limit = pLimit(ROWS_AT_ONCE);
  const result = { rows: 0, repaired: 0 };
  let start: Item | undefined;
  do {
    const page = await run(() =>
      client.send(
        new ScanCommand({
          TableName: tableName,
          IndexName: MESSAGE_GROUP_INDEX,
          ExclusiveStartKey: start,
        }),
      ),
    );
    await Promise.all(
      (page.Items ?? []).map((item) =>
        limit(async () => {
          try {
            const user_uuid = parseMembershipPk(item.pk?.S ?? "");
            const message_group_uuid = parseMembershipSk(item.sk?.S ?? "");
            const row = await projection.rebuildMembership({ user_uuid, message_group_uuid });
            if (row !== null) result.rows += 1;
            if (row?.repaired) result.repaired += 1;
          } catch (error) {
            reportCorruptItem(options, item, error);
          }
          options.onRow?.();
        }),
      ),
    );
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return result;
}

/** By reading the index: what DescribeTable says is up to six hours old, and 0 for a new table. */
async function countRows(client: DynamoDBClient, tableName: string): Promise<number> {
  let rows = 0;
  let start: Item | undefined;
  do {
    const page: ScanCommandOutput = await run(() =>
      client.send(
        new ScanCommand({
          TableName: tableName,
          IndexName: MESSAGE_GROUP_INDEX,
          Select: "COUNT",
          ExclusiveStartKey: start,
        }),
      ),
    );
    rows += page.Count ?? 0;
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return rows;
}
