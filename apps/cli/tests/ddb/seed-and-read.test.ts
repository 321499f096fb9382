import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DynamoDbEngine, startDynamoDb } from "@cruddur/engines/dynamodb";
import { type PostgresEngine, startPostgres } from "@cruddur/engines/postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runProgram } from "../support.ts";

const LINES = Array.from(
  { length: 104 },
  (_, n) => `Person ${n % 3 === 1 ? 2 : 1}: line ${n + 1}, long enough to be cut when it is listed`,
);
let dynamoDb: DynamoDbEngine;
let postgres: PostgresEngine;
let directory: string;
let env: Record<string, string>;

beforeAll(async () => {
  [dynamoDb, postgres, directory] = await Promise.all([
    startDynamoDb(),
    startPostgres(),
    mkdtemp(join(tmpdir(), "cruddur-cli-")),
  ]);
  env = { CONNECTION_URL: postgres.connectionUrl, AWS_ENDPOINT_URL: dynamoDb.endpoint };
  await Promise.all([runProgram("db", ["setup"], env), ddb(["schema-load"])]);
});
afterAll(async () => {
  await dynamoDb?.stop();
  await postgres?.stop();
  await rm(directory, { recursive: true, force: true });
});

const ddb = (args: string[]) => runProgram("ddb", args, env);

async function seed(lines: string[]) {
  const file = join(directory, "conversation.txt");
  await writeFile(file, `${lines.join("\n")}\n`);
  return ddb(["seed", "--conversation", file, "--from", "andrewbrown", "--to", "bayko", "--json"]);
}

async function countItems(): Promise<number> {
  const { stdout } = await ddb(["scan"]);
  return stdout.split("\n").filter((line) => line.includes('"pk"')).length;
}

test("a conversation file with one bad line names the line and loads nothing", async () => {
  const bad = await seed([...LINES.slice(0, 50), "Person 3: who?", ...LINES.slice(50)]);
  expect(bad.exitCode).toBe(1);
  expect(bad.stderr).toMatch(/^error: line 51: [^\n]+$/);
  expect(await countItems()).toBe(0);
  const unknown = await ddb(["list-conversations", "nobody"]);
  expect(unknown).toMatchObject({ exitCode: 1, stderr: "error: there is no user @nobody" });
});

test("104 lines become 104 messages a minute apart, none in the future, and the inbox shows the last", async () => {
  const seeded = await seed(LINES);
  expect([seeded.exitCode, seeded.stderr]).toEqual([0, ""]);
  const { message_group_uuid, ...counts } = JSON.parse(seeded.stdout);
  expect(counts).toEqual({ loaded: 104, already_there: 0 });

  const newest = await ddb(["get-conversation", message_group_uuid]);
  expect(newest.stderr).toMatch(/consumed capacity: [\d.]+ read units?/);
  const lines = newest.stdout.split("\n");
  expect(lines).toHaveLength(20);
  for (const line of lines) {
    expect(line).toMatch(
      /^(andrewbrown|bayko) \d{4}-\d\d-\d\d (0[1-9]|1[0-2]):\d\d [AP]M .{1,40}$/,
    );
  }
  expect(newest.stdout).toContain("line 104, long enough to be cut when it ");
  expect(newest.stdout).not.toContain("line 84,");

  const byDate = await ddb(["get-conversation", "--between", "bayko", "@andrewbrown", "--json"]);
  const items: { created_at: string }[] = JSON.parse(byDate.stdout);
  const times = items.map(({ created_at }) => Date.parse(created_at)).sort((a, b) => a - b);
  expect(times.slice(1).map((time, n) => time - (times[n] ?? 0))).toEqual(Array(19).fill(60_000));
  expect(times.at(-1)).toBeLessThanOrEqual(Date.now());

  for (const [handle, other] of [
    ["andrewbrown", "bayko"],
    ["bayko", "andrewbrown"],
  ] as const) {
    const inbox = await ddb(["list-conversations", handle]);
    expect(inbox.stderr).toMatch(/consumed capacity: [\d.]+ read units?/);
    expect(inbox.stdout.split("\n")).toHaveLength(1);
    expect(inbox.stdout).toContain(`${message_group_uuid} ${other} `);
    expect(inbox.stdout).toContain("line 104,");
  }
});
