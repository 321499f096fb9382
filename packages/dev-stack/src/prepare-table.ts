import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { requireEngineFeatures } from "@cruddur/ddb/engine-features";
import type { StackConfig } from "./config.ts";
import { explainEngineErrors } from "./engine-errors.ts";
import type { LocalTable } from "./engine-parts.ts";

/**
 * Creates the messages table if it is missing. Does nothing on AWS, where infra creates it. Throws a
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
      await ensureTable(client, { tableName: config.MESSAGES_TABLE });
    });
  } finally {
    client.destroy();
  }
}
