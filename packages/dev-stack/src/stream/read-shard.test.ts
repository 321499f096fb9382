import { GetRecordsCommand } from "@aws-sdk/client-dynamodb-streams";
import { expect, test } from "vitest";
import type { Checkpoints } from "./checkpoints.ts";
import type { StreamRecord } from "./deliver.ts";
import { readShard } from "./read-shard.ts";

const record = (sequenceNumber: string, writtenAt: string) => ({
  eventName: "INSERT",
  dynamodb: {
    SequenceNumber: sequenceNumber,
    ApproximateCreationDateTime: new Date(writtenAt),
    Keys: { pk: { S: "MSG#g" }, sk: { S: sequenceNumber } },
  },
});

/** Reads a finished shard from a stand-in for the streams API. Returns what the handler was given. */
async function read(
  records: readonly object[],
  options: { region?: string; createdAt?: string; doneUntil?: string } = {},
): Promise<{ delivered: string[]; checkpoint: string | undefined }> {
  const delivered: string[] = [];
  let checkpoint = options.doneUntil;
  const checkpoints: Checkpoints = {
    get: () => (checkpoint === undefined ? {} : { sequenceNumber: checkpoint }),
    advance: async (_, sequenceNumber) => {
      checkpoint = sequenceNumber;
    },
    finish: async () => undefined,
  };
  const client = {
    send: async (command: object) =>
      command instanceof GetRecordsCommand ? { Records: records } : { ShardIterator: "iterator" },
  };
  await readShard({
    client: client as never,
    streamArn: `arn:aws:dynamodb:${options.region ?? "ddblocal"}:000000000000:table/t/stream/1`,
    shardId: "shard",
    createdAt: options.createdAt === undefined ? undefined : new Date(options.createdAt),
    checkpoints,
    handler: async ({ Records }) => {
      const numbers = (Records as StreamRecord[]).map(({ dynamodb }) => dynamodb.SequenceNumber);
      delivered.push(...numbers);
      return { batchItemFailures: [] };
    },
    deadLetters: { send: async () => undefined },
    maximumRetryAttempts: 0,
    retryDelayMs: 0,
    untilHealthy: async () => undefined,
    log: () => undefined,
    batchSize: 100,
    idleMs: 0,
    signal: new AbortController().signal,
  });
  return { delivered, checkpoint };
}

test("records are compared with the checkpoint as numbers, since as text 10 comes before 9", async () => {
  const page = ["8", "9", "10", "11"].map((n) => record(n, "2026-11-25T12:00:00Z"));
  expect(await read(page, { doneUntil: "9" })).toEqual({
    delivered: ["10", "11"],
    checkpoint: "11",
  });
});

test("a record is delivered although an engine gives the minute of its time, in which the table was created", async () => {
  const options = { createdAt: "2026-11-25T12:47:34.197Z" };
  const { delivered } = await read([record("1", "2026-11-25T12:47:00Z")], options);
  expect(delivered).toEqual(["1"]);
});

test("the records of a deleted table, which the embedded engine keeps, are passed over", async () => {
  const page = [record("1", "2026-11-25T12:47:33Z"), record("2", "2026-11-25T12:47:34Z")];
  const options = { region: "dynoxide", createdAt: "2026-11-25T12:47:34.197Z" };
  expect((await read(page, options)).delivered).toEqual(["2"]);
});
