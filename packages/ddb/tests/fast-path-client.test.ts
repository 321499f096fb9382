import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDynamoDbClient, type MessagesTableClient } from "../src/client.ts";
import { createFastPathClient } from "../src/fast-path-client.ts";
import { createRequestSigner } from "../src/sign-request.ts";
import { useTable } from "./support.ts";

const TableName = "cruddur-messages";
const text = (value: string) => ({ S: value });

const table = useTable();
let standard: DynamoDBClient;
let fast: MessagesTableClient;
beforeAll(async () => {
  standard = table.client;
  fast = createFastPathClient(createDynamoDbClient({ endpoint: table.endpoint }));
  // The first call goes through the SDK and shows the fast path where the endpoint is.
  await fast.send(new GetItemCommand({ TableName, Key: { pk: text("a"), sk: text("a") } }));
});
afterAll(() => fast.destroy());

/** An outcome without what differs from call to call. */
async function outcome(client: MessagesTableClient, command: unknown): Promise<unknown> {
  try {
    const output = await client.send(command as QueryCommand);
    const { requestId, extendedRequestId, cfId, ...metadata } = output.$metadata;
    return { ...output, $metadata: metadata };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message } = error;
    const { $fault, Item, CancellationReasons } = error as unknown as Record<string, unknown>;
    return { type: error.constructor.name, name, message, $fault, Item, CancellationReasons };
  }
}

describe("the fast path gives what the standard path gives", () => {
  const put = (sk: string, extra = {}) =>
    new PutItemCommand({ TableName, Item: { pk: text("p"), sk: text(sk), ...extra } });
  const absent = { ConditionExpression: "attribute_not_exists(pk)" };

  it.each([
    [
      "a put with its consumed units",
      () =>
        new PutItemCommand({
          TableName,
          Item: {
            pk: text("p"),
            sk: text("1"),
            message: text('"B":["\u{1f600}\n'),
            list: { L: [{ N: "1.50" }, { NULL: true }, { BOOL: false }] },
            map: { M: { a: { SS: ["x", "y"] } } },
          },
          ReturnConsumedCapacity: "INDEXES",
        }),
    ],
    [
      "a query with paging",
      () =>
        new QueryCommand({
          TableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": text("p") },
          Limit: 1,
        }),
    ],
    [
      "a read of nothing",
      () => new GetItemCommand({ TableName, Key: { pk: text("no"), sk: text("no") } }),
    ],
    [
      "an update that returns the item",
      () =>
        new UpdateItemCommand({
          TableName,
          Key: { pk: text("p"), sk: text("1") },
          UpdateExpression: "SET message = :m",
          ExpressionAttributeValues: { ":m": text("new") },
          ReturnValues: "ALL_NEW",
        }),
    ],
    [
      "a batch read",
      () =>
        new BatchGetItemCommand({
          RequestItems: { [TableName]: { Keys: [{ pk: text("p"), sk: text("1") }] } },
        }),
    ],
    [
      "a failed condition with the old item",
      () =>
        new PutItemCommand({
          TableName,
          Item: { pk: text("p"), sk: text("1") },
          ...absent,
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
    ],
    [
      "a cancelled transaction with its reasons",
      () =>
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: { pk: text("p"), sk: text("2") } } },
            {
              Put: {
                TableName,
                Item: { pk: text("p"), sk: text("1") },
                ...absent,
                ReturnValuesOnConditionCheckFailure: "ALL_OLD",
              },
            },
          ],
        }),
    ],
    [
      "an invalid request",
      () => new QueryCommand({ TableName, KeyConditionExpression: "nonsense" }),
    ],
    [
      "a missing table",
      () => new GetItemCommand({ TableName: "missing", Key: { pk: text("p"), sk: text("1") } }),
    ],
    [
      "binary values",
      () =>
        put("3", { bytes: { B: new Uint8Array([1, 2, 255]) }, set: { BS: [new Uint8Array([7])] } }),
    ],
    [
      "a read of binary values",
      () => new GetItemCommand({ TableName, Key: { pk: text("p"), sk: text("3") } }),
    ],
    [
      "an operation that has no fast path",
      () => new DeleteItemCommand({ TableName, Key: { pk: text("no"), sk: text("no") } }),
    ],
  ])("%s", async (_name, command) => {
    expect(await outcome(fast, command())).toEqual(await outcome(standard, command()));
  });

  it("for any text a person can write", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), async (message) => {
        await fast.send(put("text", { message: text(message) }));
        const read = new GetItemCommand({ TableName, Key: { pk: text("p"), sk: text("text") } });
        const { Item } = await fast.send(read);
        expect(Item?.message).toEqual(text(message));
        expect((await standard.send(read)).Item).toEqual(Item);
      }),
      { numRuns: 40 },
    );
  });
});

it("signs as the SDK's own signer does, with and without a session token", async () => {
  const signer = await (
    standard.config.signer as unknown as () => Promise<{
      sign(request: unknown, options: unknown): Promise<{ headers: Record<string, string> }>;
    }>
  )();
  const sign = createRequestSigner({
    host: "dynamodb.eu-west-1.amazonaws.com",
    region: "eu-west-1",
  });
  for (const sessionToken of [undefined, "session+token/="]) {
    // The engines' dummy credentials, which `standard` signs with as well.
    const credentials = { accessKeyId: "local", secretAccessKey: "local", sessionToken };
    const nowMs = Date.UTC(2026, 11, 31, 23, 59, 59, 999);
    const ours = sign(credentials, "DynamoDB_20120810.Query", '{"a":"\u{1f600}"}', nowMs);
    const { authorization, "x-amz-content-sha256": _hash, "x-amz-date": _date, ...headers } = ours;
    if (sessionToken !== undefined) delete headers["x-amz-security-token"];
    const theirs = await signWithSdk(signer, headers, '{"a":"\u{1f600}"}', nowMs, sessionToken);
    expect(authorization).toBe(theirs);
  }
});

async function signWithSdk(
  signer: {
    sign(request: unknown, options: unknown): Promise<{ headers: Record<string, string> }>;
  },
  headers: Record<string, string>,
  body: string,
  nowMs: number,
  sessionToken: string | undefined,
): Promise<string | undefined> {
  const provider = Object.assign(signer, {
    credentialProvider: async () => ({
      accessKeyId: "local",
      secretAccessKey: "local",
      sessionToken,
    }),
  });
  const signed = await provider.sign(
    {
      method: "POST",
      protocol: "https:",
      hostname: headers.host,
      path: "/",
      query: {},
      headers,
      body,
    },
    { signingDate: new Date(nowMs), signingRegion: "eu-west-1", signingService: "dynamodb" },
  );
  return signed.headers.authorization;
}

type Fault = { status: number; body: string } | "reset";

describe("what the fast path can't do takes the standard path", () => {
  let server: Server | undefined;
  afterEach(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });

  /** A table whose second answer, the first on the fast path, is the fault; all others are good. */
  async function withFault(fault: Fault): Promise<number> {
    let calls = 0;
    server = createServer((request, response) => {
      request.resume();
      request.on("end", () => {
        calls += 1;
        const broken = calls === 2 ? fault : undefined;
        if (broken === "reset") return request.socket.destroy();
        response.writeHead(broken?.status ?? 200, { "content-type": "application/x-amz-json-1.0" });
        response.end(broken?.body ?? '{"Item":{"pk":{"S":"kept"}}}');
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = createFastPathClient(createDynamoDbClient({ endpoint }));
    const read = new GetItemCommand({ TableName, Key: { pk: text("p"), sk: text("1") } });
    await client.send(read);
    const { Item } = await client.send(read);
    expect(Item?.pk).toEqual(text("kept"));
    client.destroy();
    return calls;
  }

  const error = (name: string) => `{"__type":"com.amazonaws.dynamodb.v20120810#${name}"}`;

  it.each<[string, Fault]>([
    ["a lost connection", "reset"],
    ["a server fault", { status: 500, body: error("InternalServerError") }],
    ["an answer cut short", { status: 200, body: '{"Item":{' }],
    ...[
      "ThrottlingException",
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "TransactionInProgressException",
      "RequestTimeTooSkewed",
      "InvalidSignatureException",
      "RequestExpired",
      "ExpiredTokenException",
      "UnrecognizedClientException",
    ].map((name): [string, Fault] => [name, { status: 400, body: error(name) }]),
  ])("%s is tried again by the SDK's rules", async (_name, fault) => {
    expect(await withFault(fault)).toBe(3);
  });

  it("an invalid request isn't tried again", async () => {
    const fault = { status: 400, body: error("ValidationException") };
    await expect(withFault(fault)).rejects.toMatchObject({ name: "ValidationException" });
  });
});
