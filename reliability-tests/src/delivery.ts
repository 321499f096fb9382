import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import fc from "fast-check";

/** Shards a table's records are spread over here; the records of one item partition share one. */
const SHARDS = 3;

/** How one batch is handed over. All fields at their smallest: in order, once, whole. */
export interface Delivery {
  /** Which shard; modulo those that have records. */
  shard: number;
  /** New records in the batch. */
  size: number;
  /** Starts this many records before the checkpoint, and goes on from there. */
  rewind: number;
  /** Records of the batch that come twice in it. */
  twice: number;
  /** Puts the groups of the batch in another order; order within a group is kept. */
  shuffle: number;
  /** The Lambda dies right after this many writes; 0 for never. */
  crashAfterWrites: number;
  /** Puts a malformed record of this kind at the head of the batch, for good; 0 for none. */
  poison: number;
}

export const WHOLE: Delivery = {
  shard: 0,
  size: 1_000,
  rewind: 0,
  twice: 0,
  shuffle: 0,
  crashAfterWrites: 0,
  poison: 0,
};

const seldom = (max: number) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max }) });

/** Batches that come twice, late, from earlier, in pieces, with poison, or to a Lambda that dies. */
export const deliveries: fc.Arbitrary<Delivery[]> = fc.array(
  fc.record({
    shard: fc.nat({ max: SHARDS - 1 }),
    size: fc.constant(WHOLE.size),
    rewind: seldom(12),
    twice: seldom(6),
    shuffle: seldom(3),
    crashAfterWrites: fc.oneof(
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 }) },
    ),
    poison: seldom(4),
  }),
  { minLength: 1, maxLength: 12, size: "max" },
);

export interface Lambda {
  /** Runs one invocation; null when it died on the way and nobody heard its answer. */
  invoke(
    records: DynamoDBRecord[],
    crashAfterWrites: number | null,
  ): Promise<DynamoDBBatchResponse | null>;
  /** Sequence numbers of the records that went to the dead letters. */
  buried: ReadonlySet<string>;
}

interface Shard {
  records: DynamoDBRecord[];
  checkpoint: number;
}

/** The event source: keeps shards and checkpoints, and hands out batches as a plan says. */
export class EventSource {
  readonly #lambda: Lambda;
  readonly #shards: Shard[] = Array.from({ length: SHARDS }, () => ({
    records: [],
    checkpoint: 0,
  }));
  readonly #poisoned: string[] = [];

  constructor(lambda: Lambda) {
    this.#lambda = lambda;
  }

  add(records: readonly DynamoDBRecord[]): void {
    for (const record of records) {
      const shard = this.#shards[shardOf(partitionOf(record))];
      shard?.records.push(spaced(record));
    }
  }

  get pending(): number {
    return this.#shards.reduce((sum, s) => sum + s.records.length - s.checkpoint, 0);
  }

  /** From now on everything is delivered once more. */
  rewindAll(): void {
    for (const shard of this.#shards) shard.checkpoint = 0;
  }

  /** Malformed records that are neither pending nor among the dead letters. */
  get lostPoison(): string[] {
    return this.#poisoned.filter((sequenceNumber) => !this.#lambda.buried.has(sequenceNumber));
  }

  async deliver(delivery: Delivery): Promise<void> {
    const behind = this.#shards.filter((s) => s.checkpoint < s.records.length);
    const shard = behind[delivery.shard % Math.max(1, behind.length)];
    if (!shard) return;
    if (delivery.poison > 0) {
      shard.records.splice(shard.checkpoint, 0, this.#poison(delivery.poison, shard));
    }
    const start = Math.max(0, shard.checkpoint - delivery.rewind);
    const fresh = shard.records.slice(start, shard.checkpoint + delivery.size);
    const batch = shuffleGroups(fresh, delivery.shuffle);
    batch.push(...batch.slice(0, delivery.twice));
    const answer = await this.#lambda.invoke(batch, delivery.crashAfterWrites || null);
    shard.checkpoint = start + countDone(fresh, batch, answer);
  }

  /** Damaged copies of a real record: none of them can be projected, whatever is tried. */
  #poison(kind: number, shard: Shard): DynamoDBRecord {
    const near = shard.records[shard.checkpoint]?.dynamodb;
    const number = BigInt(near?.SequenceNumber ?? "0") - BigInt(this.#poisoned.length + 1);
    const SequenceNumber = String(number);
    this.#poisoned.push(SequenceNumber);
    const pk = near?.Keys?.pk ?? { S: "MSG#" };
    const variants: DynamoDBRecord["dynamodb"][] = [
      { SequenceNumber },
      { SequenceNumber, Keys: { pk: { S: "MSG#not-a-uuid" }, sk: { S: "?" } }, NewImage: {} },
      { SequenceNumber, Keys: { pk, sk: { S: "?" } }, NewImage: { pk, message: { S: "x" } } },
      {
        SequenceNumber,
        Keys: near?.Keys,
        NewImage: { ...near?.NewImage, member_count: { S: "x" } },
      },
    ];
    return { eventName: "INSERT", dynamodb: variants[kind % variants.length] };
  }
}

/** How many records from the start of `fresh` need not come again. */
function countDone(
  fresh: DynamoDBRecord[],
  batch: DynamoDBRecord[],
  answer: DynamoDBBatchResponse | null,
): number {
  if (!answer) return 0;
  const failed = new Set(answer.batchItemFailures.map((failure) => failure.itemIdentifier));
  const from = batch.findIndex((record) => failed.has(record.dynamodb?.SequenceNumber ?? ""));
  if (from === -1) {
    if (failed.size > 0) throw new Error("the Lambda reported a record that was not in its batch");
    return fresh.length;
  }
  // Everything from the failed record on comes again, wherever the shuffle had put it.
  const again = new Set(batch.slice(from));
  const done = fresh.findIndex((record) => again.has(record));
  return done === -1 ? fresh.length : done;
}

function shuffleGroups(records: DynamoDBRecord[], shuffle: number): DynamoDBRecord[] {
  const groups = [...new Set(records.map(partitionOf))];
  const turned = groups.map((_, i) => groups[(i + shuffle) % groups.length]);
  return turned.flatMap((group) => records.filter((record) => partitionOf(record) === group));
}

/** Sequence numbers with room between them for the records a plan adds. */
function spaced(record: DynamoDBRecord): DynamoDBRecord {
  const SequenceNumber = String(BigInt(record.dynamodb?.SequenceNumber ?? "0") * 1_000n);
  return { ...record, dynamodb: { ...record.dynamodb, SequenceNumber } };
}

function partitionOf(record: DynamoDBRecord): string {
  return record.dynamodb?.Keys?.pk?.S ?? "";
}

function shardOf(partition: string): number {
  let sum = 0;
  for (let i = 0; i < partition.length; i += 1) sum = (sum * 31 + partition.charCodeAt(i)) >>> 0;
  return sum % SHARDS;
}
