import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  ListStreamsCommand,
  type Shard,
} from "@aws-sdk/client-dynamodb-streams";
import type { Log } from "@cruddur/contract/json-log";
import type { DeadLetters } from "@cruddur/ddb/dead-letters";
import { STREAM_BATCH_SIZE, STREAM_RETRY_ATTEMPTS } from "@cruddur/ddb/table";
import type { BatchResponse, StreamBatch } from "@cruddur/lambda-stream/project-batch";
import { type Checkpoints, openCheckpoints } from "./stream/checkpoints.ts";
import { readShard, type ShardReader, type ShardToRead } from "./stream/read-shard.ts";

export interface StreamWorkerOptions {
  /** The DynamoDB endpoint whose Streams API is read. */
  endpoint: string;
  /** Default: dummy ones, which an engine of a test accepts. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
  tableName: string;
  checkpointFile: string;
  handler: (batch: StreamBatch) => Promise<BatchResponse>;
  deadLetters: DeadLetters;
  log: Log;
  /** Largest number of records in a batch. Default: that of the deployed event source. */
  batchSize?: number;
  /** Default: that of the deployed event source. */
  maximumRetryAttempts?: number;
  retryDelayMs?: number;
  idleMs?: number;
  /** The event filter. Default: that of the stream Lambda. */
  passes?: ShardReader["passes"];
}

export interface StreamWorker extends AsyncDisposable {
  /** Finishes the current batch, then ends. */
  stop(): Promise<void>;
}

/** Time between two searches of the stream for new shards. */
const RESCAN_MS = 1_000;

/**
 * Does what a Lambda event source does on AWS: reads every shard of the table's stream, parents
 * before children and the oldest record first, from a durable checkpoint. Delivers each record at
 * least once: again after a crash between handler and checkpoint. Continues after engine restarts.
 */
export function startStreamWorker(options: StreamWorkerOptions): StreamWorker {
  const abort = new AbortController();
  const client = new DynamoDBStreamsClient({
    endpoint: options.endpoint,
    region: "us-east-1",
    credentials: options.credentials ?? { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 10_000 },
  });
  const running = follow(client, options, abort.signal);
  const stop = async () => {
    abort.abort();
    await running;
    client.destroy();
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

async function follow(
  client: DynamoDBStreamsClient,
  options: StreamWorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  let checkpoints: Checkpoints | undefined;
  let currentArn: string | undefined;
  const reading = new Map<string, Promise<void>>();
  const pause = () => sleep(RESCAN_MS, undefined, { signal }).catch(() => undefined);
  const untilHealthy = async () => {
    while (!signal.aborted) {
      if (await findStream(client, options.tableName).then(Boolean, () => false)) return;
      await pause();
    }
  };
  const read = async (shard: ShardToRead) => {
    try {
      await readShard({
        ...shard,
        client,
        signal,
        untilHealthy,
        handler: options.handler,
        deadLetters: options.deadLetters,
        log: options.log,
        passes: options.passes,
        batchSize: options.batchSize ?? STREAM_BATCH_SIZE,
        maximumRetryAttempts: options.maximumRetryAttempts ?? STREAM_RETRY_ATTEMPTS,
        retryDelayMs: options.retryDelayMs ?? 100,
        idleMs: options.idleMs ?? 150,
      });
    } catch (error) {
      // Reading the stream again helps after an engine restart, an expired iterator or a new table.
      options.log({ level: "warn", event: "shard_read_failed", error: (error as Error).name });
      await sleep(RESCAN_MS / 4, undefined, { signal }).catch(() => undefined);
    } finally {
      reading.delete(shard.shardId);
    }
  };
  while (!signal.aborted) {
    try {
      const streamArn = await findStream(client, options.tableName);
      if (streamArn !== undefined) {
        if (checkpoints === undefined || streamArn !== currentArn) {
          await Promise.all(reading.values());
          checkpoints = await openCheckpoints(options.checkpointFile, streamArn);
          currentArn = streamArn;
        }
        const from = checkpoints;
        const { shards, createdAt } = await describeStream(client, streamArn);
        for (const shardId of readableShards(shards, from)) {
          if (reading.has(shardId)) continue;
          reading.set(shardId, read({ streamArn, shardId, createdAt, checkpoints: from }));
        }
      }
    } catch (error) {
      options.log({ level: "warn", event: "stream_unreachable", error: (error as Error).name });
    }
    await pause();
  }
  await Promise.all(reading.values());
}

async function findStream(
  client: DynamoDBStreamsClient,
  tableName: string,
): Promise<string | undefined> {
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: tableName }));
  return Streams.map(({ StreamArn = "" }) => StreamArn)
    .sort()
    .at(-1);
}

async function describeStream(
  client: DynamoDBStreamsClient,
  streamArn: string,
): Promise<{ shards: Shard[]; createdAt: Date | undefined }> {
  const shards: Shard[] = [];
  let createdAt: Date | undefined;
  let after: string | undefined;
  do {
    const { StreamDescription } = await client.send(
      new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: after }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    createdAt = StreamDescription?.CreationRequestDateTime;
    after = StreamDescription?.LastEvaluatedShardId;
  } while (after !== undefined);
  return { shards, createdAt };
}

/** The unfinished shards whose parent is finished or no longer exists. */
export function readableShards(
  shards: readonly Shard[],
  checkpoints: Pick<Checkpoints, "get">,
): string[] {
  const known = new Set(shards.map(({ ShardId }) => ShardId));
  return shards.flatMap(({ ShardId, ParentShardId }) => {
    if (ShardId === undefined || checkpoints.get(ShardId).finished) return [];
    const isBlocked =
      ParentShardId !== undefined &&
      known.has(ParentShardId) &&
      !checkpoints.get(ParentShardId).finished;
    return isBlocked ? [] : [ShardId];
  });
}
