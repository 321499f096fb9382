import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { operatorPermissions } from "@cruddur/cli/operator-permissions";
import { TABLE_NAME } from "@cruddur/ddb/table";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { startPostgres } from "@cruddur/engines/postgres";
import { startUserPool } from "@cruddur/engines/user-pool";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsStandIn, startAwsStandIn } from "./aws-stand-in.ts";
import { allowedOf, type Synthesised, synthesise } from "./support.ts";

const CLI_BUILD = new URL("../../apps/cli/build.mjs", import.meta.url).href;
const AT_AWS = fileURLToPath(new URL("../../apps/cli/tests/at-aws.mjs", import.meta.url));
const QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters";

const directory = mkdtempSync(join(tmpdir(), "cruddur-operators-"));
let aws: AwsStandIn;
let dynamoDbEndpoint: string;
let env: Record<string, string>;
let synthesised: Synthesised;
/** What the role of the operators' task allows, as `dynamodb:Scan on table`. */
let allowed: Set<string>;

beforeAll(async () => {
  const { buildPrograms } = await import(CLI_BUILD);
  const [dynamoDb, postgres, pool] = await Promise.all([
    startDynamoDb(),
    startPostgres(),
    startUserPool(),
    buildPrograms(directory),
  ]);
  dynamoDbEndpoint = dynamoDb.endpoint;
  aws = await startAwsStandIn({
    dynamoDbEndpoint,
    userPoolEndpoint: pool.endpoint,
    tableName: TABLE_NAME,
    queueUrl: QUEUE_URL,
    userPoolId: pool.userPoolId,
  });
  const connectionUrl = new URL(postgres.connectionUrl);
  connectionUrl.pathname = "/cruddur";
  env = {
    AWS_STAND_IN_PORT: String(aws.port),
    AWS_REGION: "eu-west-1",
    // The user pool accepts no others, and the DynamoDB engine accepts any.
    AWS_ACCESS_KEY_ID: pool.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: pool.credentials.secretAccessKey,
    AWS_COGNITO_USER_POOL_ID: pool.userPoolId,
    DEAD_LETTER_QUEUE_URL: QUEUE_URL,
    CONNECTION_URL: connectionUrl.href,
  };
  synthesised = synthesise();
  allowed = new Set(allowedOf(synthesised, "operators"));
  return async () => {
    await Promise.all([dynamoDb.stop(), postgres.stop(), pool.stop()]);
  };
});
afterAll(() => {
  aws?.stop();
  synthesised?.[Symbol.dispose]();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a command as an operator's task does, and returns what it printed and which permissions it needed. */
async function runInProduction(name: string, ...args: string[]) {
  aws.required.clear();
  const [program, command = ""] = name.split(" ");
  const result = await execa(
    process.execPath,
    ["--import", AT_AWS, join(directory, "bin", `${program}.mjs`), command, ...args, "--prod"],
    { env: { PATH: process.env.PATH, ...env }, extendEnv: false, reject: false, input: "" },
  );
  return { ...result, required: [...aws.required].sort() };
}

/** What the event source of the Lambda leaves in the queue: the position of a batch in the stream. */
async function batchDeadLetter(): Promise<string> {
  const streams = new DynamoDBStreamsClient({
    endpoint: dynamoDbEndpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "operator", secretAccessKey: "operator" },
  });
  const { Streams } = await streams.send(new ListStreamsCommand({ TableName: TABLE_NAME }));
  const StreamArn = Streams?.[0]?.StreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
  );
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  streams.destroy();
  const numbers = Records.map(({ dynamodb }) => dynamodb?.SequenceNumber);
  return JSON.stringify({
    DDBStreamBatchInfo: {
      streamArn: StreamArn,
      shardId: ShardId,
      startSequenceNumber: numbers[0],
      endSequenceNumber: numbers.at(-1),
      batchSize: numbers.length,
    },
  });
}

test("the role of the operators' task allows every call that any command makes with --prod", async () => {
  const conversation = join(directory, "conversation.txt");
  writeFileSync(conversation, "Person 1: hello\nPerson 2: hi\n");
  const runs: [name: string, ...args: string[]][] = [
    ["ddb schema-load"],
    ["db setup", "--yes"],
    ["ddb list-tables"],
    ["ddb seed", "--conversation", conversation, "--from", "andrewbrown", "--to", "bayko"],
    ["ddb scan"],
    ["ddb get-conversation", "--between", "andrewbrown", "bayko"],
    ["ddb get-conversation", "00000000-0000-4000-8000-000000000000"],
    ["ddb list-conversations", "bayko"],
    ["ddb rebuild-inboxes"],
    ["ddb replay"],
    ["cognito list-users"],
    ["db update-cognito-user-ids", "--yes"],
    ["db audit", "andrewbrown"],
    ["db connect"],
    ["db drop", "--yes"],
    ["db create"],
    ["db schema-load"],
    ["db seed", "--yes"],
    ["ddb drop", TABLE_NAME, "--yes"],
  ];
  const declared = operatorPermissions();
  expect([...new Set(runs.map(([name]) => name))].sort()).toEqual([...declared.keys()].sort());

  const outcomes: Record<string, string[]> = {};
  for (const [name, ...args] of runs) {
    if (name === "ddb replay") {
      const { stdout } = await runInProduction("ddb scan");
      const items = stdout.split("\n").map((line) => JSON.parse(line));
      const { pk, sk } = items.find((item) => item.pk.startsWith("MSG#"));
      const deadLetter = { reason: "retries_exhausted", pk, sk, sequence_number: "1" };
      aws.queue.push(JSON.stringify(deadLetter), await batchDeadLetter());
    }
    const { required, exitCode, stderr } = await runInProduction(name, ...args);
    const mayFail = name === "db connect" || args[0]?.startsWith("00000000");
    if (!mayFail) expect([name, exitCode, stderr]).toEqual([name, 0, expect.anything()]);
    const own = new Set(declared.get(name)?.map(({ action, on }) => `${action} on ${on}`));
    expect([name, required.filter((each) => !own.has(each))]).toEqual([name, []]);
    expect([name, required.filter((each) => !allowed.has(each))]).toEqual([name, []]);
    outcomes[name] = required;
  }
  // The calls were recorded, and the dead letters of both kinds replayed.
  expect(aws.queue).toEqual([]);
  expect(outcomes["ddb replay"]).toEqual(
    expect.arrayContaining([
      "dynamodb:GetItem on table",
      "dynamodb:GetRecords on stream",
      "dynamodb:GetShardIterator on stream",
      "sqs:DeleteMessage on dead-letter-queue",
      "sqs:ReceiveMessage on dead-letter-queue",
    ]),
  );
  for (const name of ["db setup", "db update-cognito-user-ids", "cognito list-users"]) {
    expect(outcomes[name]).toEqual(["cognito-idp:ListUsers on user-pool"]);
  }
  const silent = Object.keys(outcomes).filter((name) => outcomes[name]?.length === 0);
  expect(silent.sort()).toEqual([
    "db audit",
    "db connect",
    "db create",
    "db drop",
    "db schema-load",
    "db seed",
  ]);
});

test("the role of the operators' task allows what the commands declare, and nothing else", () => {
  const declared = [...operatorPermissions().values()].flat();
  const names = new Set(declared.map(({ action, on }) => `${action} on ${on}`));
  expect([...allowed].sort()).toEqual([...names].sort());
});
