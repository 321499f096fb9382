import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import * as ddb from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../src/chromium.ts";
import { type DynamoDbEngine, startDynamoDb } from "../src/dynamodb.ts";
import { findHiddenAddress } from "../src/hidden-address.ts";
import { createEngineCredentials } from "../src/request-guard.ts";

const credentials = createEngineCredentials();
const TableName = "secrets";
let engine: DynamoDbEngine;

const useClient = (given: { accessKeyId: string; secretAccessKey: string }) =>
  new ddb.DynamoDBClient({
    endpoint: engine.endpoint,
    region: "us-east-1",
    credentials: given,
    maxAttempts: 1,
  });

beforeAll(async () => {
  engine = await startDynamoDb({ credentials });
  const client = useClient(credentials);
  await client.send(
    new ddb.CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await client.send(new ddb.PutItemCommand({ TableName, Item: { pk: { S: "a secret" } } }));
  client.destroy();
});
afterAll(() => engine.stop());

const signedBy = (accessKeyId: string) =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00`;
const SCAN = JSON.stringify({ TableName });

/** What a program that chooses every byte gets as the answer to its scan. */
async function scan(headers: Record<string, string>): Promise<string> {
  const socket = connect(engine.port, "127.0.0.1");
  const lines = Object.entries({
    host: `127.0.0.1:${engine.port}`,
    "x-amz-target": "DynamoDB_20120810.Scan",
    "x-amz-date": "20260101T000000Z",
    "content-type": "application/x-amz-json-1.0",
    "content-length": String(SCAN.length),
    connection: "close",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  socket.write(["POST / HTTP/1.1", ...lines, "", SCAN].join("\r\n"));
  return text(socket);
}

describe("the guarded DynamoDB engine", () => {
  test("serves whoever has the stack's credentials", async () => {
    const authorization = signedBy(credentials.accessKeyId);
    expect(await scan({ authorization })).toMatch(/^HTTP\/1\.1 200[\s\S]*a secret/i);
    const client = useClient(credentials);
    const { Items } = await client.send(new ddb.ScanCommand({ TableName }));
    client.destroy();
    expect(Items).toEqual([{ pk: { S: "a secret" } }]);
  });

  test.each([
    "local",
    "",
    credentials.accessKeyId.slice(0, -1),
    `${credentials.accessKeyId}A`,
    createEngineCredentials().accessKeyId,
  ])("refuses a made-up access key as AWS does: %j", async (accessKeyId) => {
    expect(await scan({ authorization: signedBy(accessKeyId) })).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*UnrecognizedClientException/,
    );
    if (accessKeyId === "") return;
    const client = useClient({ accessKeyId, secretAccessKey: "local" });
    await expect(client.send(new ddb.ScanCommand({ TableName }))).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
    client.destroy();
  });

  const authorization = signedBy(credentials.accessKeyId);
  test.each([
    ["an unsigned request", {}],
    ["a page of another site", { authorization, origin: "https://evil.example" }],
    ["a page in a sandbox", { authorization, origin: "null" }],
    ["a page whose name was rebound to this machine", { authorization, host: "evil.example:8000" }],
    ["a name that only begins like ours", { authorization, host: "127.0.0.1.evil.example" }],
    ["a second Host", { authorization, Host: "evil.example" }],
    ["a second signature", { authorization: signedBy("local"), Authorization: authorization }],
    ["a folded header", { "x-a": "b\r\n c: d", authorization }],
    ["a request of endless headers", { authorization, "x-a": "a".repeat(20_000) }],
  ])("answers %s with no data and no CORS header", async (_who, headers) => {
    const answer = await scan(headers);
    expect(answer).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(answer).not.toContain("a secret");
    expect(answer.toLowerCase()).not.toContain("access-control");
  });

  test("frees its port when the engine crashes, so that its restart can take it", async () => {
    const { port } = engine;
    await engine.kill();
    await expect(fetch(engine.endpoint)).rejects.toThrow();
    engine = await startDynamoDb({ credentials, port });
    expect(engine.port).toBe(port);
  });
});

test("a web page reads nothing of the guarded engine, and of an unguarded one everything", async () => {
  await using open = await startDynamoDb();
  await using guarded = await startDynamoDb({ credentials });
  const site = createServer((_request, response) => {
    response.setHeader("content-type", "text/html").end("<title>evil</title>");
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  const { port } = site.address() as AddressInfo;
  let asked = 0;
  const careless = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { "access-control-allow-origin": "*" }).end("a secret");
  });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    // As after DNS rebinding: the page's own name leads to this machine.
    await page.goto(`http://localhost:${port}/`);
    const read = (endpoint: string) =>
      page.evaluate(
        async ([url, signature]) => {
          try {
            const answer = await fetch(url, {
              method: "POST",
              body: "{}",
              headers: {
                authorization: signature,
                "x-amz-date": "20260101T000000Z",
                "content-type": "application/x-amz-json-1.0",
                "x-amz-target": "DynamoDB_20120810.ListTables",
              },
            });
            return await answer.text();
          } catch (error) {
            return String(error);
          }
        },
        [endpoint, signedBy(credentials.accessKeyId)] as const,
      );
    expect(await read(open.endpoint)).toContain("TableNames");
    expect(await read(guarded.endpoint)).toBe("TypeError: Failed to fetch");
    // Where the engine itself listens, a page that guesses the address cannot go either.
    const hidden = await findHiddenAddress();
    await new Promise<void>((resolve) => careless.listen(hidden.port, hidden.host, resolve));
    expect(await read(`http://${hidden.host}:${hidden.port}`)).toBe("TypeError: Failed to fetch");
    expect(asked).toBe(0);
  } finally {
    await browser.close();
    site.close();
    careless.close();
  }
});
