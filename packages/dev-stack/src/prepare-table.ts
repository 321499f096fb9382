import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureIndexes, ensureTable } from "@cruddur/ddb/create-table";
import { requireEngineFeatures } from "@cruddur/ddb/engine-features";
import { rebuildInboxes } from "@cruddur/ddb/rebuild-inboxes";
import type { StackConfig } from "./config.ts";
import { explainEngineErrors } from "./engine-errors.ts";
import type { LocalTable } from "./engine-parts.ts";

/**
 * Creates the messages table if it is missing, and brings the indexes of one from an earlier release
 * up to date. Does nothing on AWS, where infra creates it. Throws a
 * CliError when AWS_ENDPOINT_URL names an engine without transactions or streams.
 */
export async function prepareTable(
  config: StackConfig,
  table: LocalTable | undefined,
): Promise<void> {
  if (table === undefined) return;
  const { endpoint } = table;
  const client = createDynamoDbClient(table);
  try {
    await explainEngineErrors("AWS_ENDPOINT_URL", config, async () => {
      if (config.AWS_ENDPOINT_URL !== undefined) await requireEngineFeatures(client, endpoint);
      const tableName = config.MESSAGES_TABLE;
      await ensureTable(client, { tableName });
      const made = await ensureIndexes(client, tableName);
      if (made.length > 0) await rebuildInboxes({ client, tableName });
    });
  } finally {
    client.destroy();
  }
}
