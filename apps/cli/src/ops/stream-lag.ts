import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { CliError } from "@cruddur/command-line/cli-error";
import { readStreamLag } from "@cruddur/ddb/stream-lag";
import { z } from "zod";
import type { CommandContext } from "../command.ts";
import type { TableTarget } from "../ddb/table-target.ts";

/** What the stream worker of a local stack writes to `stream-checkpoint.json`. */
const checkpointSchema = z.object({
  streamArn: z.string(),
  shards: z.record(
    z.string(),
    z.object({ sequenceNumber: z.string().optional(), finished: z.boolean().optional() }),
  ),
});

/**
 * How far the stream worker of the local stack is behind, in seconds: the age of the oldest stream
 * record after its checkpoints. Throws CliError when the worker has no checkpoint yet.
 */
export async function readLocalLag(
  { dataDir }: CommandContext,
  table: TableTarget,
): Promise<number> {
  const file = resolve(dataDir, "stream-checkpoint.json");
  const text = await readFile(file, "utf8").catch(() => {
    throw new CliError(`the stream worker has no checkpoint yet (${file})`);
  });
  const { streamArn, shards } = checkpointSchema.parse(JSON.parse(text));
  const { endpoint } = table;
  const { credentials, region } = table.client.config;
  const streams = new DynamoDBStreamsClient({ endpoint, credentials, region });
  try {
    const lags = Object.entries(shards).map(async ([shardId, { sequenceNumber, finished }]) =>
      sequenceNumber === undefined || finished
        ? 0
        : readStreamLag(streams, { streamArn, shardId, sequenceNumber }, Date.now()),
    );
    return Math.max(0, ...(await Promise.all(lags)));
  } finally {
    streams.destroy();
  }
}
