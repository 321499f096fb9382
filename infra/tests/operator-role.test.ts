import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { operatorPermissions } from "@cruddur/cli/operator-permissions";
import { createMessagesStore } from "@cruddur/ddb/store";
import { TABLE_NAME } from "@cruddur/ddb/table";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import { startPostgres } from "@cruddur/engines/postgres";
import { type LocalUserPool, startUserPool } from "@cruddur/engines/user-pool";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AwsStandIn, startAwsStandIn } from "./aws-stand-in.ts";
import {
  commandOf,
  createOperatorShell,
  documentedTasks,
  type OperatorShell,
} from "./operator-tasks.ts";
import { allowedOf, type Synthesised, synthesise } from "./support.ts";

const CLI_BUILD = new URL("../../apps/cli/build.mjs", import.meta.url).href;
const COMMANDS_PAGE = new URL("../../docs/operations/commands.md", import.meta.url);
const QUEUE_URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters";

const MAIL_FROM = "cruddur@mail.example.org";

const directory = mkdtempSync(join(tmpdir(), "cruddur-operators-"));
/** The DynamoDB engine accepts any. */
const credentials = { accessKeyId: "operator", secretAccessKey: "operator" };
let pool: LocalUserPool;
let aws: AwsStandIn;
let dynamoDbEndpoint: string;
let shell: OperatorShell;
let synthesised: Synthesised;
/** What the role of the operators' task allows, as `dynamodb:Scan on table`. */
let allowed: Set<string>;

beforeAll(async () => {
  const { buildPrograms } = await import(CLI_BUILD);
  const [dynamoDb, postgres, startedPool] = await Promise.all([
    startDynamoDb(),
    startPostgres(),
    startUserPool(),
    buildPrograms(join(directory, "apps/cli/dist")),
  ]);
  pool = startedPool;
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
  shell = createOperatorShell(directory, {
    AWS_STAND_IN_PORT: String(aws.port),
    AWS_REGION: "eu-west-1",
    // The user pool accepts no others, and the DynamoDB engine accepts any.
    AWS_ACCESS_KEY_ID: pool.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: pool.credentials.secretAccessKey,
    AWS_COGNITO_USER_POOL_ID: pool.userPoolId,
    DEAD_LETTER_QUEUE_URL: QUEUE_URL,
    CONNECTION_URL: connectionUrl.href,
    WEB_ORIGIN: `http://127.0.0.1:${aws.port}`,
    MAIL_FROM,
  });
  synthesised = synthesise({ mailFrom: MAIL_FROM });
  allowed = new Set(allowedOf(synthesised, "operators"));
  return async () => {
    await Promise.all([dynamoDb.stop(), postgres.stop(), pool.stop()]);
  };
});
afterAll(() => {
  aws?.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What the event source of the Lambda leaves in the queue: the position of a batch in the stream. */
async function batchDeadLetter(): Promise<string> {
  const streams = new DynamoDBStreamsClient({
    endpoint: dynamoDbEndpoint,
    region: "eu-west-1",
    credentials,
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

/** The items of the table, as the documentation's own command shows them. */
async function scan(): Promise<{ pk: string; sk: string }[]> {
  const { printed } = await shell.run("operate ddb scan");
  return printed.split("\n").flatMap((line) => (line.startsWith("{") ? JSON.parse(line) : []));
}

/** Dead letters of both kinds, of a message that the documentation's own seed has stored. */
async function fillQueue(): Promise<void> {
  const { pk, sk } = (await scan()).find((item) => item.pk.startsWith("MSG#")) ?? {};
  const deadLetter = { reason: "retries_exhausted", pk, sk, sequence_number: "1" };
  aws.queue.push(JSON.stringify(deadLetter), await batchDeadLetter());
}

/** Every inbox says that it has more unread messages than there are. */
async function breakInboxes(): Promise<void> {
  const client = new DynamoDBClient({
    endpoint: dynamoDbEndpoint,
    region: "eu-west-1",
    credentials,
  });
  for (const { pk, sk } of await scan()) {
    if (!pk.startsWith("GRP#")) continue;
    await client.send(
      new UpdateItemCommand({
        TableName: TABLE_NAME,
        Key: { pk: { S: pk }, sk: { S: sk } },
        UpdateExpression: "SET unread_count = :wrong",
        ExpressionAttributeValues: { ":wrong": { N: "99" } },
      }),
    );
  }
  client.destroy();
}

async function readExport(): Promise<{ type: string; [field: string]: unknown }[]> {
  const { printed } = await shell.run("operate db export andrewbrown");
  return printed.split("\n").flatMap((line) => (line.startsWith("{") ? JSON.parse(line) : []));
}

/** Who has an account of the pool can have a second factor, and an account that is erased. */
async function prepareAccount(): Promise<void> {
  const email = String((await readExport()).find(({ type }) => type === "profile")?.email);
  const password = "correct horse 9 Battery";
  await pool.createUser({ handle: "andrewbrown", email, display_name: "Andrew", password });
  await shell.run("operate db update-cognito-user-ids --yes");
}

/** The person who is erased has a group besides their conversation. */
async function prepareErasure(): Promise<void> {
  const conversation = (await readExport()).find(({ type }) => type === "conversation");
  const members = conversation?.members as { uuid: string; handle: string; display_name: string }[];
  const client = new DynamoDBClient({
    ...{ endpoint: dynamoDbEndpoint, region: "eu-west-1", credentials },
  });
  const people = members.map(({ uuid, ...names }) => ({ user_uuid: uuid, ...names }));
  const group = { message_group_uuid: randomUUID(), client_id: randomUUID(), members: people };
  await createMessagesStore({ client }).createMessageGroup(group);
  client.destroy();
}

// It starts a process for each line and each call of the AWS CLI, so it may take longer than other tests.
test("every documented task runs as its page says, within the role and with every permission that it declares", async () => {
  const declared = operatorPermissions();
  const lines = documentedTasks();
  // psql needs a terminal, which a task does not have, and new private keys do not belong in its log.
  const outsideTasks = ["db connect", "db vapid-keys"];
  const inTasks = [...declared.keys()].filter((name) => !outsideTasks.includes(name));
  expect([...new Set(lines.map(commandOf))].sort()).toEqual(inTasks.sort());

  const required = new Map<string, Set<string>>(inTasks.map((name) => [name, new Set()]));
  for (const line of lines) {
    const name = commandOf(line);
    if (name === "ddb replay") await fillQueue();
    if (name === "ddb replay" || name === "ddb rebuild-inboxes") await breakInboxes();
    if (name === "db disable-second-factor") await prepareAccount();
    if (name === "db erase" && line.includes("--now")) await prepareErasure();
    aws.required.clear();
    const { printed, exitCode, stderr } = await shell.run(line);
    // Nobody has reported anybody here, which the command says.
    const isUnknown = name === "db resolve" && printed.includes("there is no open report");
    expect([line, exitCode, stderr], printed).toEqual([line, isUnknown ? "1" : "0", ""]);
    const own = new Set(declared.get(name)?.map(({ action, on }) => `${action} on ${on}`));
    expect([line, [...aws.required].filter((each) => !own.has(each))]).toEqual([line, []]);
    expect([line, [...aws.required].filter((each) => !allowed.has(each))]).toEqual([line, []]);
    for (const each of aws.required) required.get(name)?.add(each);
    if (name !== "ddb get-conversation") continue;
    // A conversation without messages is looked up by its members.
    const unknown = await shell.run(`operate ${name} 00000000-0000-4000-8000-000000000000`);
    expect([unknown.exitCode, unknown.printed]).toEqual(["1", expect.stringContaining("no ")]);
    for (const each of aws.required) required.get(name)?.add(each);
  }
  // The dead letters of both kinds were replayed.
  expect(aws.queue).toEqual([]);
  const unused = [...required].flatMap(([name, used]) => {
    const names = new Set(declared.get(name)?.map(({ action, on }) => `${action} on ${on}`));
    return [...names].filter((each) => !used.has(each)).map((each) => `${name}: ${each}`);
  });
  expect(unused).toEqual([]);
}, 240_000);

/** The IAM action of each call of the AWS CLI whose name is another. */
const ACTION_OF: Record<string, string> = {
  "ecs wait": "ecs:DescribeTasks",
  "logs tail": "logs:FilterLogEvents",
};

test("the page names every permission that the operator's own AWS CLI needs", async () => {
  await shell.run("operate ddb list-tables");
  const page = readFileSync(COMMANDS_PAGE, "utf8");
  const calls = shell.ownCalls();
  expect(calls.size).toBeGreaterThan(3);
  for (const call of calls) {
    const [service, command = ""] = call.split(" ");
    const operation = command.replace(/(?:^|-)(\w)/g, (_, first) => first.toUpperCase());
    expect(page).toContain(`\`${ACTION_OF[call] ?? `${service}:${operation}`}\``);
  }
});

test("the role of the operators' task allows what the commands declare, and nothing else", () => {
  const declared = [...operatorPermissions().values()].flat();
  const names = new Set(declared.map(({ action, on }) => `${action} on ${on}`));
  expect([...allowed].sort()).toEqual([...names].sort());
});
