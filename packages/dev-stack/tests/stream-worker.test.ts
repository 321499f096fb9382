import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import type { DeadLetter } from "@cruddur/ddb/dead-letters";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { getFreePort } from "@cruddur/engines/ports";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { StreamRecord } from "../src/stream/deliver.ts";
import { readableShards, startStreamWorker } from "../src/stream-worker.ts";
import { startCountingProxy } from "./counting-proxy.ts";

const TABLE = "cruddur-messages";
let home: string;
let port: number;
let engine: Awaited<ReturnType<typeof startDynamoDb>>;
let client: DynamoDBClient;
let seen: string[];
let fail: (sk: string) => boolean;
let deadLetters: DeadLetter[];
let logged: unknown[];

const startEngine = async () => {
  engine = await startDynamoDb({ dataFile: join(home, "dynamodb.sqlite"), port });
};

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "cruddur-worker-"));
  port = await getFreePort();
  await startEngine();
  client = createDynamoDbClient({ endpoint: engine.endpoint });
  await ensureTable(client, { tableName: TABLE });
  seen = [];
  deadLetters = [];
  logged = [];
  fail = () => false;
});

afterEach(async () => {
  client.destroy();
  await engine.stop();
  await rm(home, { recursive: true, force: true });
});

const put = (pk: string, sk: string) =>
  client.send(new PutItemCommand({ TableName: TABLE, Item: { pk: { S: pk }, sk: { S: sk } } }));

const start = (options: { endpoint?: string; idleMs?: number } = {}) =>
  startStreamWorker({
    endpoint: engine.endpoint,
    tableName: TABLE,
    checkpointFile: join(home, "checkpoint.json"),
    deadLetters: { send: async (deadLetter) => void deadLetters.push(deadLetter) },
    log: ({ event }) => void logged.push(event),
    idleMs: 20,
    retryDelayMs: 1,
    maximumRetryAttempts: 2,
    ...options,
    async handler({ Records }) {
      for (const record of Records as StreamRecord[]) {
        const sk = record.dynamodb.Keys.sk?.S ?? "";
        if (fail(sk)) {
          return { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
        }
        seen.push(sk);
      }
      return { batchItemFailures: [] };
    },
  });

const untilSeen = (...wanted: string[]) => expect.poll(() => seen).toEqual(wanted);

test("new messages, and no other items, are delivered in order", async () => {
  await put("MSG#g", "1");
  await put("GRP#u", "row");
  await put("MSG#g", "2");
  await put("MSG#g", "1");
  await using _ = start();
  await untilSeen("1", "2");
  await put("CLM#u", "claim");
  await put("MSG#h", "3");
  await untilSeen("1", "2", "3");
});

test("a worker that is started again continues without gaps and repetitions", async () => {
  await put("MSG#g", "1");
  const first = start();
  await untilSeen("1");
  await first.stop();
  await put("MSG#g", "2");
  await using _ = start();
  await untilSeen("1", "2");
});

test("after a crash before the checkpoint, records are delivered again and none is skipped", async () => {
  await put("MSG#g", "1");
  const first = start();
  await untilSeen("1");
  await first.stop();
  const before = await readFile(join(home, "checkpoint.json"), "utf8");
  await put("MSG#g", "2");
  const second = start();
  await untilSeen("1", "2");
  await second.stop();
  await writeFile(join(home, "checkpoint.json"), before);
  await using _ = start();
  await untilSeen("1", "2", "2");
});

test("with a damaged checkpoint file, the stream is read from its start", async () => {
  await put("MSG#g", "1");
  await writeFile(join(home, "checkpoint.json"), '{"streamArn":');
  await using _ = start();
  await untilSeen("1");
});

test("a worker continues after its engine was killed and started again", async () => {
  await using _ = start();
  await put("MSG#g", "1");
  await untilSeen("1");
  await engine.kill();
  await expect.poll(() => logged).toContain("shard_read_failed");
  await startEngine();
  await put("MSG#g", "2");
  await untilSeen("1", "2");
});

test("the stream of a table that was deleted and created again is read from its start", async () => {
  await using _ = start();
  await put("MSG#g", "1");
  await untilSeen("1");
  // The times of records are whole seconds.
  const writtenMs = Date.now();
  const secondOf = (ms: number) => Math.floor(ms / 1_000);
  await expect.poll(() => secondOf(Date.now())).toBeGreaterThan(secondOf(writtenMs));
  await client.send(new DeleteTableCommand({ TableName: TABLE }));
  await ensureTable(client, { tableName: TABLE });
  await put("MSG#g", "2");
  await untilSeen("1", "2");
});

test("a stream that is disabled and enabled again is read", async () => {
  await using _ = start();
  await put("MSG#g", "1");
  await untilSeen("1");
  for (const StreamSpecification of [
    { StreamEnabled: false },
    { StreamEnabled: true, StreamViewType: "NEW_IMAGE" as const },
  ]) {
    await client.send(new UpdateTableCommand({ TableName: TABLE, StreamSpecification }));
  }
  await put("MSG#g", "2");
  await untilSeen("1", "2");
});

test("a record that always fails becomes a dead letter and does not block the others", async () => {
  fail = (sk) => sk === "2";
  for (const sk of ["1", "2", "3"]) await put("MSG#g", sk);
  await using _ = start();
  await untilSeen("1", "3");
  expect(deadLetters).toMatchObject([{ reason: "retries_exhausted", pk: "MSG#g", sk: "2" }]);
});

test("an idle worker respects its read interval, and still looks for new shards", async () => {
  await put("MSG#g", "1");
  await using counter = await startCountingProxy(engine.endpoint);
  await using _ = start({ endpoint: counter.url, idleMs: 3_600_000 });
  await untilSeen("1");
  const searches = () => counter.count("DescribeStream");
  const reads = () => counter.count("GetRecords");
  // One read finds the record; the next read of each shard finds nothing.
  const after = async (more: number) => {
    const before = searches();
    await expect.poll(searches).toBeGreaterThanOrEqual(before + more);
    return reads();
  };
  const before = await after(2);
  expect(await after(2)).toBe(before);
});

test("a shard is read after its parent, unless the parent no longer exists", () => {
  const shards = [
    { ShardId: "b", ParentShardId: "a" },
    { ShardId: "a", ParentShardId: "long-gone" },
    { ShardId: "c", ParentShardId: "b" },
  ];
  const finished = new Set<string>();
  const get = (id: string) => ({ finished: finished.has(id) });
  expect(readableShards(shards, { get })).toEqual(["a"]);
  finished.add("a");
  expect(readableShards(shards, { get })).toEqual(["b"]);
  finished.add("b");
  expect(readableShards(shards, { get })).toEqual(["c"]);
});
