import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type _Record as StreamsRecord,
} from "@aws-sdk/client-dynamodb-streams";
import type { DeadLetter } from "./dead-letters.ts";
import { passesStreamFilter } from "./stream-filter.ts";

/**
 * What Lambda's event source puts into the dead-letter queue when a batch has used up its retries:
 * positions in the stream, and no keys (AWS Lambda Developer Guide, "Retain discarded records").
 */
export interface DeadLetterBatch {
  streamArn: string;
  shardId: string;
  startSequenceNumber: string;
  endSequenceNumber: string;
}

/** Reads the body of a dead letter; null when it does not name a batch of stream records. */
export function parseDeadLetterBatch(json: string): DeadLetterBatch | null {
  try {
    return (
      (JSON.parse(json) as { DDBStreamBatchInfo?: DeadLetterBatch }).DDBStreamBatchInfo ?? null
    );
  } catch {
    return null;
  }
}

/** The most pages to read. Empty pages are usual in a stream, and a shard that grows has no last page. */
const MAX_PAGES = 100;

/**
 * The new and changed messages of a batch, looked up in the stream, which keeps records for 24 hours. Throws
 * when the records are gone: `rebuild-inboxes` is then the remedy.
 */
export async function readDeadLetterBatch(
  streams: DynamoDBStreamsClient,
  batch: DeadLetterBatch,
): Promise<Pick<DeadLetter, "pk" | "sk">[]> {
  try {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({
        StreamArn: batch.streamArn,
        ShardId: batch.shardId,
        ShardIteratorType: "AT_SEQUENCE_NUMBER",
        SequenceNumber: batch.startSequenceNumber,
      }),
    );
    const end = BigInt(batch.endSequenceNumber);
    const messages: Pick<DeadLetter, "pk" | "sk">[] = [];
    let iterator = ShardIterator;
    for (let pages = 0; iterator !== undefined && pages < MAX_PAGES; pages += 1) {
      const page: GetRecordsCommandOutput = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      for (const record of page.Records ?? []) {
        const sequenceNumber = BigInt(record.dynamodb?.SequenceNumber ?? 0);
        if (sequenceNumber <= end) messages.push(...messageKeysOf(record));
        if (sequenceNumber >= end) return messages;
      }
      iterator = page.NextShardIterator;
    }
  } catch (error) {
    if ((error as Error).name !== "TrimmedDataAccessException") throw error;
  }
  throw new Error(
    "the stream no longer has these records: run rebuild-inboxes, then delete the dead letter",
  );
}

function messageKeysOf(record: StreamsRecord): Pick<DeadLetter, "pk" | "sk">[] {
  if (!passesStreamFilter(record)) return [];
  const { pk, sk } = record.dynamodb?.Keys ?? {};
  return [{ pk: pk?.S ?? null, sk: sk?.S ?? null }];
}
