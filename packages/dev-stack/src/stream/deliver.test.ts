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

/** Runs a delivery and notes what the handler saw, in what order it was checkpointed and buried. */
async function run(
  handle: (numbers: number[], call: number) => number | undefined,
  input: { batch?: StreamRecord[]; retries?: number; signal?: AbortSignal } = {},
) {
  const calls: number[][] = [];
  const checkpoints: number[] = [];
  const letters: DeadLetter[] = [];
  await deliver(input.batch ?? records(1, 6), {
    async handler({ Records }): Promise<BatchResponse> {
      const numbers = numbersOf(Records);
      calls.push(numbers);
      const failed = handle(numbers, calls.length);
      return {
        batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: String(failed) }],
      };
    },
    deadLetters: { send: async (letter) => void letters.push(letter) },
    maximumRetryAttempts: input.retries ?? 2,
    retryDelayMs: 1,
    checkpoint: async (to) => void checkpoints.push(Number(to)),
    untilHealthy: async () => undefined,
    log: () => undefined,
    signal: input.signal ?? new AbortController().signal,
  });
  return { calls, checkpoints, letters, buried: letters.map((l) => Number(l.sequence_number)) };
}

test("a batch that succeeds is handed over once and checkpointed at its end", async () => {
  const { calls, checkpoints } = await run(() => undefined);
  expect(calls).toEqual([[1, 2, 3, 4, 5, 6]]);
  expect(checkpoints).toEqual([6]);
});

test("what precedes the lowest failure isn't repeated, what follows it isn't skipped", async () => {
  const { calls, checkpoints } = await run((_, call) => (call === 1 ? 4 : undefined));
  expect(calls).toEqual([
    [1, 2, 3, 4, 5, 6],
    [4, 5, 6],
  ]);
  expect(checkpoints).toEqual([3, 6]);
});

test("a handler that throws is given halves, in order", async () => {
  const { calls, checkpoints, buried } = await run((_, call) => {
    if (call === 1) throw new Error("out of memory");
    return undefined;
  });
  expect(calls).toEqual([
    [1, 2, 3, 4, 5, 6],
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(checkpoints).toEqual([3, 6]);
  expect(buried).toEqual([]);
});

test.each([
  ["reports", false],
  ["throws on", true],
])("one poison record the handler %s is buried alone, and the rest goes on", async (_, throws) => {
  for (const poison of [1, 2, 3, 4, 5, 6]) {
    const done = new Set<number>();
    const { buried, checkpoints, letters } = await run((numbers) => {
      if (numbers.includes(poison)) {
        if (throws) throw new Error("poison");
        for (const n of numbers) if (n < poison) done.add(n);
        return poison;
      }
      for (const n of numbers) done.add(n);
      return undefined;
    });
    expect(buried).toEqual([poison]);
    expect([...done].sort()).toEqual([1, 2, 3, 4, 5, 6].filter((n) => n !== poison));
    expect(checkpoints.at(-1)).toBe(6);
    expect(checkpoints).toEqual(checkpoints.toSorted((a, b) => a - b));
    expect(letters[0]).toMatchObject({
      reason: "retries_exhausted",
      pk: "MSG#g",
      sk: `s${poison}`,
    });
  }
});

test("a failure that passes within the retries costs no record", async () => {
  const { buried, checkpoints } = await run(([first], call) => (call <= 2 ? first : undefined));
  expect(buried).toEqual([]);
  expect(checkpoints).toEqual([6]);
});

test("an identifier the batch doesn't hold fails the whole batch", async () => {
  const { calls, checkpoints } = await run((_, call) => (call === 1 ? 99 : undefined));
  expect(calls).toHaveLength(2);
  expect(checkpoints).toEqual([6]);
});

test("stopping leaves what isn't done for the next start", async () => {
  const abort = new AbortController();
  const { checkpoints, buried } = await run(
    (numbers) => {
      abort.abort();
      return numbers[2];
    },
    { signal: abort.signal },
  );
  expect(checkpoints).toEqual([2]);
  expect(buried).toEqual([]);
});
