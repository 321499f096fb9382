import { setTimeout as sleep } from "node:timers/promises";
import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { passesStreamFilter } from "@cruddur/ddb/stream-filter";
import type { Checkpoints } from "./checkpoints.ts";
import { type DeliveryOptions, deliver, type StreamRecord } from "./deliver.ts";

export interface ShardToRead {
  streamArn: string;
  shardId: string;
  /** When the stream was created. */
  createdAt: Date | undefined;
  checkpoints: Checkpoints;
}

export interface ShardReader extends ShardToRead, Omit<DeliveryOptions, "checkpoint"> {
  client: DynamoDBStreamsClient;
  batchSize: number;
  /** Delay after an empty read. */
  idleMs: number;
  /** The event filter. Default: that of the stream Lambda. */
  passes?: ((record: StreamRecord) => boolean) | undefined;
}

/**
 * Delivers the records of one shard from its checkpoint on, or from its start, until the shard is
 * finished or `signal` aborts. Resolves to whether the shard is finished. Rejects on errors after
 * which the stream must be read again; the checkpoint keeps what was delivered.
 */
export async function readShard(reader: ShardReader): Promise<boolean> {
  const { client, shardId, checkpoints, batchSize, idleMs, signal } = reader;
  const { passes = passesStreamFilter } = reader;
  let iterator = await openIterator(reader);
  while (!signal.aborted) {
    const { Records = [], NextShardIterator } = await client.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit: batchSize }),
    );
    const { sequenceNumber: doneUntil } = checkpoints.get(shardId);
    const records = Records.map(
      ({ dynamodb, ...rest }) => ({ ...rest, dynamodb }) as unknown as StreamRecord,
    ).filter(
      ({ dynamodb }) => doneUntil === undefined || isAfter(dynamodb.SequenceNumber, doneUntil),
    );
    const wanted = records.filter((record) => passes(record) && !isOfDeletedTable(record, reader));
    if (wanted.length > 0) {
      const checkpoint = (to: string) => checkpoints.advance(shardId, to);
      await deliver(wanted, { ...reader, checkpoint });
      if (signal.aborted) return false;
    }
    const last = records.at(-1)?.dynamodb.SequenceNumber;
    if (last !== undefined && last !== wanted.at(-1)?.dynamodb.SequenceNumber) {
      await checkpoints.advance(shardId, last);
    }
    // An engine may show an EndingSequenceNumber on an open shard, so only the iterator counts.
    if (NextShardIterator === undefined) {
      await checkpoints.finish(shardId);
      return true;
    }
    iterator = NextShardIterator;
    if (Records.length === 0) await sleep(idleMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

async function openIterator({
  client,
  streamArn,
  shardId,
  checkpoints,
  log,
}: ShardReader): Promise<string | undefined> {
  const { sequenceNumber } = checkpoints.get(shardId);
  const shard = { StreamArn: streamArn, ShardId: shardId };
  if (sequenceNumber !== undefined) {
    try {
      const { ShardIterator } = await client.send(
        new GetShardIteratorCommand({
          ...shard,
          ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
          SequenceNumber: sequenceNumber,
        }),
      );
      return ShardIterator;
    } catch (error) {
      if ((error as Error).name !== "TrimmedDataAccessException") throw error;
      log({ level: "error", event: "records_trimmed", shard: shardId, after: sequenceNumber });
    }
  }
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ ...shard, ShardIteratorType: "TRIM_HORIZON" }),
  );
  return ShardIterator;
}

/** The stream ARNs of the embedded engine have this in place of the region. */
const EMBEDDED_ENGINE = ":dynoxide:";

/**
 * The embedded engine keeps the records of a deleted table for the next table of the same name.
 * Other engines do not, and the times of their records say less: DynamoDB Local gives the minute.
 */
function isOfDeletedTable(
  { dynamodb }: StreamRecord,
  { streamArn, createdAt }: ShardToRead,
): boolean {
  const writtenAt = dynamodb.ApproximateCreationDateTime;
  if (!streamArn.includes(EMBEDDED_ENGINE)) return false;
  if (createdAt === undefined || !(writtenAt instanceof Date)) return false;
  // The embedded engine's times of records are whole seconds.
  return writtenAt.getTime() < Math.floor(createdAt.getTime() / 1_000) * 1_000;
}

/** Compares sequence numbers as integers of any length, since as strings "9" is after "10". */
function isAfter(a: string, b: string): boolean {
  return BigInt(a) > BigInt(b);
}
