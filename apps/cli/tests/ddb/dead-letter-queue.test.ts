import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { createProjection } from "@cruddur/ddb/projection";
import { afterAll, beforeAll, expect, it } from "vitest";
import { replayQueue } from "../../src/ddb/dead-letter-queue.ts";
import { createReplayBody } from "../../src/ddb/replay-body.ts";
import { membershipOf, person, send, startPair, useTable } from "./table.ts";

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

it("a dead letter of the event source, which names no message, is replayed from the stream", async () => {
  const [a, b] = [person("a"), person("b")];
  const { message_group_uuid } = await startPair(table, [a, b]);
  await send(table, a, message_group_uuid, "lost with its batch");
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
  const batch = {
    DDBStreamBatchInfo: {
      streamArn: StreamArn,
      shardId,
      startSequenceNumber: sequenceNumbers[0],
      endSequenceNumber: sequenceNumbers.at(-1),
      batchSize: Records.length,
    },
  };
  const queue = createQueue([[JSON.stringify(batch), "no dead letter"]]);
  const replay = createReplayBody(createProjection({ client: table.client }), streams);
  const result = await replayQueue({ client: queue.client, url: "https://queue" }, replay);
  expect(result).toMatchObject({ replayed: 1, kept: [{ problem: "not a dead letter" }] });
  expect(queue.deleted).toEqual(["receive 1 of 0"]);
  expect(await membershipOf(table, b, message_group_uuid)).toMatchObject({
    unread_count: 2,
    last_message: { message: "lost with its batch" },
  });
});

it("a dead letter that becomes visible again is tried once, hides no new one and does not keep a replay running", async () => {
  const again = Array.from({ length: 9 }, () => ["no dead letter"]);
  const queue = createQueue([
    ["no dead letter"],
    ...again,
    ["new"],
    ...again,
    ["no dead letter"],
    ["late"],
  ]);
  const replay = async () => "fails";
  const result = await replayQueue({ client: queue.client, url: "https://queue" }, replay);
  expect(result).toMatchObject({ replayed: 0, kept: [{}, {}] });
  expect(queue.received()).toBe(21);
});

it("a dead letter that is delivered again after its success is deleted again, not replayed again", async () => {
  const queue = createQueue([["fine"], ["fine"], [], ["late"]]);
  const replay = async () => null;
  const result = await replayQueue({ client: queue.client, url: "https://queue" }, replay);
  expect(result).toEqual({ replayed: 1, kept: [] });
  expect(queue.deleted).toEqual(["receive 1 of 0", "receive 2 of 0"]);
});

/**
 * Answers what `replayQueue` asks of SQS, for which there is no engine here.
 * @param receives the bodies that each receive returns, in turn
 */
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
        MessageId: `message ${bodies.indexOf(Body)}`,
        ReceiptHandle: `receive ${received} of ${bodies.indexOf(Body)}`,
      }));
      return { Messages };
    },
  };
  return { client: client as unknown as SQSClient, deleted, received: () => received };
}
