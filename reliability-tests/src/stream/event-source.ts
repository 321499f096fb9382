import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { type Delivery, SHARD_COUNT } from "./delivery-plan.ts";

export interface StreamLambda {
  /** Runs one invocation. Returns null when the Lambda crashed, so that its answer is lost. */
  invoke(
    records: DynamoDBRecord[],
    crashAfterWrites: number | null,
  ): Promise<DynamoDBBatchResponse | null>;
  /** The sequence numbers of all dead letters. */
  deadLetters: ReadonlySet<string>;
}

interface Shard {
  records: DynamoDBRecord[];
  checkpoint: number;
}

/** Keeps shards and checkpoints as a Lambda event source does, and delivers batches as planned. */
export class EventSource {
  readonly #lambda: StreamLambda;
  readonly #shards: Shard[] = Array.from({ length: SHARD_COUNT }, () => ({
    records: [],
    checkpoint: 0,
  }));
  /** The sequence numbers of all malformed records. */
  readonly #malformed: string[] = [];

  constructor(lambda: StreamLambda) {
    this.#lambda = lambda;
  }

  add(records: readonly DynamoDBRecord[]): void {
    for (const record of records) {
      const shard = this.#shards[shardOf(partitionOf(record))];
      shard?.records.push(withSpacedSequenceNumber(record));
    }
  }

  get pendingCount(): number {
    return this.#shards.reduce((sum, s) => sum + s.records.length - s.checkpoint, 0);
  }

  /** Makes every record pending again. */
  rewindAll(): void {
    for (const shard of this.#shards) shard.checkpoint = 0;
  }

  /** Malformed records that did not become dead letters. Final once no record is pending. */
  get lostMalformedRecords(): string[] {
    return this.#malformed.filter((number) => !this.#lambda.deadLetters.has(number));
  }

  /** Delivers one batch of a shard with pending records. Does nothing when there is none. */
  async deliver(delivery: Delivery): Promise<void> {
    const behind = this.#shards.filter((s) => s.checkpoint < s.records.length);
    const shard = behind[delivery.shard % Math.max(1, behind.length)];
    if (!shard) return;
    if (delivery.malformed > 0) {
      const record = this.#createMalformedRecord(delivery.malformed, shard);
      shard.records.splice(shard.checkpoint, 0, record);
    }
    const start = Math.max(0, shard.checkpoint - delivery.rewind);
    const records = shard.records.slice(start, shard.checkpoint + delivery.size);
    const batch = rotatePartitions(records, delivery.rotation);
    batch.push(...batch.slice(0, delivery.duplicates));
    const answer = await this.#lambda.invoke(batch, delivery.crashAfterWrites || null);
    shard.checkpoint = start + countDone(records, batch, answer);
  }

  /** A damaged copy of the next pending record, which no attempt can project. */
  #createMalformedRecord(kind: number, shard: Shard): DynamoDBRecord {
    const next = shard.records[shard.checkpoint]?.dynamodb;
    const number = BigInt(next?.SequenceNumber ?? "0") - BigInt(this.#malformed.length + 1);
    const SequenceNumber = String(number);
    this.#malformed.push(SequenceNumber);
    const pk = next?.Keys?.pk ?? { S: "MSG#" };
    const variants: DynamoDBRecord["dynamodb"][] = [
      { SequenceNumber },
      { SequenceNumber, Keys: { pk: { S: "MSG#not-a-uuid" }, sk: { S: "?" } }, NewImage: {} },
      { SequenceNumber, Keys: { pk, sk: { S: "?" } }, NewImage: { pk, message: { S: "x" } } },
      {
        SequenceNumber,
        Keys: next?.Keys,
        NewImage: { ...next?.NewImage, member_count: { S: "x" } },
      },
    ];
    return { eventName: "INSERT", dynamodb: variants[kind % variants.length] };
  }
}

/** How many records from the start of `records` need no further delivery. */
function countDone(
  records: DynamoDBRecord[],
  batch: DynamoDBRecord[],
  answer: DynamoDBBatchResponse | null,
): number {
  if (!answer) return 0;
  const failed = new Set(answer.batchItemFailures.map((failure) => failure.itemIdentifier));
  const firstFailed = batch.findIndex(({ dynamodb }) => failed.has(dynamodb?.SequenceNumber ?? ""));
  if (firstFailed === -1) {
    if (failed.size > 0) throw new Error("The Lambda reported a record that was not in its batch.");
    return records.length;
  }
  // Every record from the failed one on is delivered again, wherever the rotation had put it.
  const repeated = new Set(batch.slice(firstFailed));
  const done = records.findIndex((record) => repeated.has(record));
  return done === -1 ? records.length : done;
}

function rotatePartitions(records: DynamoDBRecord[], rotation: number): DynamoDBRecord[] {
  const partitions = [...new Set(records.map(partitionOf))];
  const rotated = partitions.map((_, i) => partitions[(i + rotation) % partitions.length]);
  return rotated.flatMap((partition) =>
    records.filter((record) => partitionOf(record) === partition),
  );
}

/** Leaves numbers free between the sequence numbers, for malformed records. */
function withSpacedSequenceNumber(record: DynamoDBRecord): DynamoDBRecord {
  const SequenceNumber = String(BigInt(record.dynamodb?.SequenceNumber ?? "0") * 1_000n);
  return { ...record, dynamodb: { ...record.dynamodb, SequenceNumber } };
}

function partitionOf(record: DynamoDBRecord): string {
  return record.dynamodb?.Keys?.pk?.S ?? "";
}

/** All records of one item partition are in one shard. */
function shardOf(partition: string): number {
  let sum = 0;
  for (let i = 0; i < partition.length; i += 1) sum = (sum * 31 + partition.charCodeAt(i)) >>> 0;
  return sum % SHARD_COUNT;
}
