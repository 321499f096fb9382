import type { DeadLetter } from "@cruddur/ddb/dead-letters";
import type { BatchResponse } from "@cruddur/lambda-stream/project-batch";
import { expect, test } from "vitest";
import { deliver, type StreamRecord } from "./deliver.ts";

const record = (n: number): StreamRecord => ({
  eventName: "INSERT",
  dynamodb: { SequenceNumber: String(n), Keys: { pk: { S: "MSG#g" }, sk: { S: `s${n}` } } },
});
const records = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => record(from + i));
const numbersOf = (batch: readonly unknown[]) =>
  batch.map((one) => Number((one as StreamRecord).dynamodb.SequenceNumber));

/** Runs a delivery. Returns the batches, the checkpoints and the dead letters in their order. */
async function run(
  handle: (numbers: number[], call: number) => number | undefined,
  input: { batch?: StreamRecord[]; retries?: number; signal?: AbortSignal } = {},
) {
  const calls: number[][] = [];
  const checkpoints: number[] = [];
  const deadLetters: DeadLetter[] = [];
  await deliver(input.batch ?? records(1, 6), {
    async handler({ Records }): Promise<BatchResponse> {
      const numbers = numbersOf(Records);
      calls.push(numbers);
      const failed = handle(numbers, calls.length);
      return {
        batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: String(failed) }],
      };
    },
    deadLetters: { send: async (deadLetter) => void deadLetters.push(deadLetter) },
    maximumRetryAttempts: input.retries ?? 2,
    retryDelayMs: 1,
    checkpoint: async (to) => void checkpoints.push(Number(to)),
    untilHealthy: async () => undefined,
    log: () => undefined,
    signal: input.signal ?? new AbortController().signal,
  });
  const failedRecords = deadLetters.map(({ sequence_number }) => Number(sequence_number));
  return { calls, checkpoints, deadLetters, failedRecords };
}

test("a batch that succeeds is delivered once and checkpointed at its end", async () => {
  const { calls, checkpoints } = await run(() => undefined);
  expect(calls).toEqual([[1, 2, 3, 4, 5, 6]]);
  expect(checkpoints).toEqual([6]);
});

test("records before the lowest failure are not repeated, and records after it are not skipped", async () => {
  const { calls, checkpoints } = await run((_, call) => (call === 1 ? 4 : undefined));
  expect(calls).toEqual([
    [1, 2, 3, 4, 5, 6],
    [4, 5, 6],
  ]);
  expect(checkpoints).toEqual([3, 6]);
});

test("after the handler throws, the batch is delivered in halves, in order", async () => {
  const { calls, checkpoints, failedRecords } = await run((_, call) => {
    if (call === 1) throw new Error("out of memory");
    return undefined;
  });
  expect(calls).toEqual([
    [1, 2, 3, 4, 5, 6],
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(checkpoints).toEqual([3, 6]);
  expect(failedRecords).toEqual([]);
});

test.each([
  ["reports as failed", false],
  ["throws on", true],
])(
  "one record that the handler always %s becomes the only dead letter, and all others are processed",
  async (_, throws) => {
    for (const failing of [1, 2, 3, 4, 5, 6]) {
      const done = new Set<number>();
      const { failedRecords, checkpoints, deadLetters } = await run((numbers) => {
        if (numbers.includes(failing)) {
          if (throws) throw new Error("failing");
          for (const n of numbers) if (n < failing) done.add(n);
          return failing;
        }
        for (const n of numbers) done.add(n);
        return undefined;
      });
      expect(failedRecords).toEqual([failing]);
      expect([...done].sort()).toEqual([1, 2, 3, 4, 5, 6].filter((n) => n !== failing));
      expect(checkpoints.at(-1)).toBe(6);
      expect(checkpoints).toEqual(checkpoints.toSorted((a, b) => a - b));
      expect(deadLetters[0]).toMatchObject({
        reason: "retries_exhausted",
        pk: "MSG#g",
        sk: `s${failing}`,
      });
    }
  },
);

test("a failure that ends within the retries makes no dead letter", async () => {
  const { failedRecords, checkpoints } = await run(([first], call) =>
    call <= 2 ? first : undefined,
  );
  expect(failedRecords).toEqual([]);
  expect(checkpoints).toEqual([6]);
});

test("an identifier that is not in the batch fails the whole batch", async () => {
  const { calls, checkpoints } = await run((_, call) => (call === 1 ? 99 : undefined));
  expect(calls).toHaveLength(2);
  expect(checkpoints).toEqual([6]);
});

test("a stopped delivery leaves the records that are not done to the next start", async () => {
  const abort = new AbortController();
  const { checkpoints, failedRecords } = await run(
    (numbers) => {
      abort.abort();
      return numbers[2];
    },
    { signal: abort.signal },
  );
  expect(checkpoints).toEqual([2]);
  expect(failedRecords).toEqual([]);
});
