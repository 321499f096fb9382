import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLetterReader } from "../src/batch-letters.ts";
import { createProjection } from "../src/projection.ts";
import { readOneLetter, replayQueue } from "../src/replay.ts";
import { membershipOf, person, send, startPair, useTable } from "./support.ts";

const table = useTable({ stream: true });
let streams: DynamoDBStreamsClient;
beforeAll(async () => {
  streams = new DynamoDBStreamsClient({
    endpoint: table.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
afterAll(() => streams.destroy());

it("a letter of the event source, which names no message, is replayed from the stream", async () => {
  const store = table.createStore();
  const [a, b] = [person("a"), person("b")];
  const { message_group_uuid } = await startPair(store, [a, b]);
  await send(store, a, message_group_uuid, "lost with its batch");
  const { Table } = await table.client.send(
    new DescribeTableCommand({ TableName: table.tableName }),
  );
  const StreamArn = Table?.LatestStreamArn ?? "";
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const shardId = StreamDescription?.Shards?.[0]?.ShardId ?? "";
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId: shardId, ShardIteratorType: "TRIM_HORIZON" }),
  );
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  const sequenceNumbers = Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
  const letter = {
    DDBStreamBatchInfo: {
      streamArn: StreamArn,
      shardId,
      startSequenceNumber: sequenceNumbers[0],
      endSequenceNumber: sequenceNumbers.at(-1),
      batchSize: Records.length,
    },
  };
  const queue = createQueue([[JSON.stringify(letter), "no letter"]]);
  const result = await replayQueue(createProjection({ client: table.client }), {
    client: queue.client,
    url: "https://queue",
    readLetters: createLetterReader(streams),
  });
  expect(result).toMatchObject({ replayed: 1, kept: [{ problem: "not a dead letter" }] });
  expect(queue.deleted).toEqual(["receive 1 of 0"]);
  expect(await membershipOf(store, b, message_group_uuid)).toMatchObject({
    unread_count: 2,
    last_message: { message: "lost with its batch" },
  });
});

it("letters that show up again are tried once, hide no new ones and don't keep a replay going", async () => {
  const again = Array.from({ length: 9 }, () => ["no letter"]);
  const queue = createQueue([["no letter"], ...again, ["new"], ...again, ["no letter"], ["late"]]);
  const result = await replayQueue(createProjection({ client: table.client }), {
    client: queue.client,
    url: "https://queue",
    readLetters: readOneLetter,
  });
  expect(result).toMatchObject({ replayed: 0, kept: [{}, {}] });
  expect(queue.received()).toBe(21);
});

it("a letter that succeeded and is delivered once more is deleted again, not replayed again", async () => {
  const queue = createQueue([["fine"], ["fine"], [], ["late"]]);
  const result = await replayQueue(createProjection({ client: table.client }), {
    client: queue.client,
    url: "https://queue",
    readLetters: async () => [],
  });
  expect(result).toEqual({ replayed: 1, kept: [] });
  expect(queue.deleted).toEqual(["receive 1 of 0", "receive 2 of 0"]);
});

/** What `replayQueue` asks of SQS, which has no engine here: the bodies of each receive in turn. */
function createQueue(receives: string[][]) {
  const bodies = [...new Set(receives.flat())];
  const deleted: string[] = [];
  let received = 0;
  const client = {
    async send({ input }: { input: { ReceiptHandle?: string } }) {
      if (input.ReceiptHandle !== undefined) {
        deleted.push(input.ReceiptHandle);
        return {};
      }
      const Messages = (receives[received++] ?? []).map((Body) => ({
        Body,
        MessageId: `letter ${bodies.indexOf(Body)}`,
        ReceiptHandle: `receive ${received} of ${bodies.indexOf(Body)}`,
      }));
      return { Messages };
    },
  };
  return { client: client as unknown as SQSClient, deleted, received: () => received };
}
