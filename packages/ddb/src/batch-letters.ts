import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type _Record as StreamsRecord,
} from "@aws-sdk/client-dynamodb-streams";
import type { DeadLetter } from "./dead-letters.ts";
import { MESSAGE_PK_PREFIX } from "./keys.ts";
import { type ReadLetters, readOneLetter } from "./replay.ts";

/** What Lambda's event source leaves of a batch whose retries ran out: positions, no keys. */
interface BatchInfo {
  streamArn: string;
  shardId: string;
  startSequenceNumber: string;
  endSequenceNumber: string;
  batchSize: number;
}

/**
 * Reads letters of ours, and the event source's by looking up their records in the stream, which
 * keeps them for 24 hours. Throws when they are gone: `rebuild-inboxes` is then the way.
 */
export function createLetterReader(streams: DynamoDBStreamsClient): ReadLetters {
  return async (body) => {
    const info = parseBatchInfo(body);
    return info === null ? readOneLetter(body) : readBatch(streams, info);
  };
}

function parseBatchInfo(body: string): BatchInfo | null {
  try {
    return (JSON.parse(body) as { DDBStreamBatchInfo?: BatchInfo }).DDBStreamBatchInfo ?? null;
  } catch {
    return null;
  }
}

/** Empty pages are usual in a stream; this many mean that the end isn't coming. */
const MAX_PAGES = 100;

async function readBatch(streams: DynamoDBStreamsClient, info: BatchInfo): Promise<DeadLetter[]> {
  try {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({
        StreamArn: info.streamArn,
        ShardId: info.shardId,
        ShardIteratorType: "AT_SEQUENCE_NUMBER",
        SequenceNumber: info.startSequenceNumber,
      }),
    );
    const end = BigInt(info.endSequenceNumber);
    const letters: DeadLetter[] = [];
    let iterator = ShardIterator;
    for (let pages = 0; iterator !== undefined && pages < MAX_PAGES; pages += 1) {
      const page: GetRecordsCommandOutput = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      for (const record of page.Records ?? []) {
        const sequenceNumber = BigInt(record.dynamodb?.SequenceNumber ?? 0);
        if (sequenceNumber <= end) letters.push(...letterOf(record));
        if (sequenceNumber >= end) return letters;
      }
      iterator = page.NextShardIterator;
    }
  } catch (error) {
    if ((error as Error).name !== "TrimmedDataAccessException") throw error;
  }
  throw new Error(
    "the stream no longer has these records: rebuild-inboxes, then delete the letter",
  );
}

function letterOf({ eventName, dynamodb }: StreamsRecord): DeadLetter[] {
  const pk = dynamodb?.Keys?.pk?.S ?? "";
  if (eventName !== "INSERT" || !pk.startsWith(MESSAGE_PK_PREFIX)) return [];
  return [
    {
      reason: "retries_exhausted",
      pk,
      sk: dynamodb?.Keys?.sk?.S ?? null,
      sequence_number: dynamodb?.SequenceNumber ?? "",
      problem: "",
      at: "",
    },
  ];
}
