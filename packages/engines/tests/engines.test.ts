import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ddb from "@aws-sdk/client-dynamodb";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startChild } from "../src/child.ts";
import { startDynamoDb } from "../src/dynamodb.ts";
import { getFreePort } from "../src/ports.ts";
import { createDatabase, NOBODY_USER, startPostgres, stopPostgres } from "../src/postgres.ts";
import { postgresPrograms } from "../src/postgres-programs.ts";
import { isAlive, waitUntilGone } from "../src/processes.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "cruddur-engines-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const query = async (connectionString: string, text: string) => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
};

test("DynamoDB: an acknowledged write survives SIGKILL of the engine", async () => {
  const options = { dataFile: join(home, "dynamodb.sqlite"), port: await getFreePort() };
  const TableName = "items";
  const Key = { pk: { S: "a" } };
  const connect = (endpoint: string) =>
    new ddb.DynamoDBClient({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  const before = await startDynamoDb(options);
  const first = connect(before.endpoint);
  await first.send(
    new ddb.CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await first.send(new ddb.PutItemCommand({ TableName, Item: { ...Key, n: { N: "1" } } }));
  first.destroy();
  await before.kill();
  await using after = await startDynamoDb(options);
  const second = connect(after.endpoint);
  const { Item } = await second.send(new ddb.GetItemCommand({ TableName, Key }));
  second.destroy();
  expect(Item?.n).toEqual({ N: "1" });
});

test("Postgres: committed rows survive SIGKILL", async () => {
  const dataDir = join(home, "postgres");
  const before = await startPostgres({ dataDir });
  await query(before.connectionUrl, "CREATE TABLE t (n int)");
  await query(before.connectionUrl, "INSERT INTO t VALUES (1)");
  await before.kill();
  await using after = await startPostgres({ dataDir });
  expect(await query(after.connectionUrl, "SELECT n FROM t")).toEqual([{ n: 1 }]);
});

test("Postgres: its own tool shuts it down in order, as on systems without signals", async () => {
  const dataDir = join(home, "stopped");
  const lines: string[] = [];
  await using engine = await startPostgres({ dataDir, log: (line) => lines.push(line) });
  const { pgCtl } = await postgresPrograms();
  await stopPostgres(pgCtl, dataDir, process.getuid?.() === 0 ? NOBODY_USER : undefined);
  expect(await engine.exited).toEqual({ code: 0, signal: null });
  expect(lines.join("\n")).toContain("database system is shut down");
});

test("Postgres: a wrong password is refused", async () => {
  await using engine = await startPostgres();
  const url = new URL(engine.connectionUrl);
  url.password = "postgres";
  await expect(query(url.href, "SELECT 1")).rejects.toThrow("password authentication failed");
});

test("Postgres: databases are isolated, and a stop removes the temporary directory", async () => {
  const engine = await startPostgres();
  const [settings] = await query(engine.connectionUrl, "SHOW data_directory");
  const [a, b] = [
    await createDatabase(engine, "test_a"),
    await createDatabase(engine, "test_b"),
  ] as const;
  await query(a, "CREATE TABLE only_here (n int)");
  await expect(query(b, "SELECT * FROM only_here")).rejects.toThrow("does not exist");
  await engine.stop();
  expect(existsSync(settings.data_directory)).toBe(false);
  expect(isAlive(engine.pid)).toBe(false);
});

test("engines end when their parent is killed, and the next start uses their data", async () => {
  const dataDir = join(home, "orphaned");
  const source = new URL("../src/postgres.ts", import.meta.url).href;
  const script = `
    const { startPostgres } = await import(${JSON.stringify(source)});
    const { connectionUrl, pid } = await startPostgres({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(JSON.stringify({ connectionUrl, pid }));`;
  const lines: string[] = [];
  const parent = await startChild(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", script],
    { env: process.env, log: (line) => lines.push(line) },
  );
  await expect.poll(() => lines[0], { timeout: 20_000 }).toBeDefined();
  const orphan = JSON.parse(lines[0] ?? "{}");
  await query(orphan.connectionUrl, "CREATE TABLE kept AS SELECT 1 AS n");
  await parent.kill();
  await using engine = await startPostgres({ dataDir });
  expect(await query(engine.connectionUrl, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
  expect(await waitUntilGone(orphan.pid, 5_000)).toBe(true);
});

test("a child that ignores SIGTERM is killed after the grace period", async () => {
  const program =
    'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6); console.log("running");';
  const child = await startChild(process.execPath, ["-e", program]);
  await expect.poll(() => child.output()).toBe("running");
  await child.stop("SIGTERM", 200);
  // On Windows, a process cannot ignore a signal.
  expect(child.exit()?.signal).toBe(process.platform === "win32" ? "SIGTERM" : "SIGKILL");
  expect(isAlive(child.pid)).toBe(false);
});
