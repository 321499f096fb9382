import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { runCli } from "@cruddur/core/cli";
import { createUuid, derivePairGroupUuid } from "@cruddur/core/ids";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createDdbProgram } from "../src/commands/index.ts";
import { DEAD_LETTERS_FILE, type DeadLetter } from "../src/dead-letters.ts";
import { groupRowKey, toMessageItem } from "../src/items.ts";
import { messagePk, messageSk } from "../src/keys.ts";
import {
  historyOf,
  person,
  rowOf,
  send,
  startPair,
  startTable,
  type TestTable,
} from "./support.ts";

let table: TestTable;
let dataDir: string;
let users: Map<string, { uuid: string; handle: string; display_name: string }>;
beforeAll(async () => {
  table = await startTable();
  dataDir = await mkdtemp(join(tmpdir(), "cruddur-ddb-"));
});
afterAll(async () => {
  await table[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  users = new Map(
    ["andrewbrown", "bayko"].map((handle) => [
      handle,
      { uuid: createUuid(), handle, display_name: handle },
    ]),
  );
});

/** Runs `pnpm ddb …` in this process. */
async function ddb(args: string[], env: Record<string, string> = {}) {
  let [stdout, stderr] = ["", ""];
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      stdout += text;
      return true;
    }),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => {
      stderr += text;
      return true;
    }),
  ];
  process.exitCode = 0;
  try {
    const program = createDdbProgram({
      env: { AWS_ENDPOINT_URL: table.endpoint, ...env },
      dataDir,
      findUserByHandle: async (handle) => users.get(handle) ?? null,
    });
    await runCli(program, ["node", "ddb", ...args]);
    return { stdout, stderr, exitCode: process.exitCode };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = 0;
  }
}

async function conversationFile(text: string): Promise<string> {
  const path = join(dataDir, `${randomUUID()}.txt`);
  await writeFile(path, text);
  return path;
}

const member = (handle: string) => {
  const user = users.get(handle);
  if (user === undefined) throw new Error("no such user");
  return { user_uuid: user.uuid, handle, display_name: user.display_name };
};
const group = () => derivePairGroupUuid(member("andrewbrown").user_uuid, member("bayko").user_uuid);
const seed = (path: string) =>
  ddb(["seed", "--conversation", path, "--from", "andrewbrown", "--to", "bayko"]);
const lines = (count: number) =>
  Array.from({ length: count }, (_, i) => `Person ${(i % 2) + 1}: line ${i + 1}`).join("\n");

describe("seed", () => {
  it("loads one minute apart, none in the future, and both inboxes preview the last line", async () => {
    const startedMs = Date.now();
    expect(await seed(await conversationFile(lines(104)))).toMatchObject({ exitCode: 0 });
    const store = table.createStore();
    const history = await historyOf(store, group());
    expect(history.map(({ message }) => message)).toEqual(
      lines(104)
        .split("\n")
        .map((l) => l.slice(10)),
    );
    const times = history.map(({ created_at }) => Date.parse(created_at));
    expect(new Set(times.slice(1).map((ms, i) => ms - (times[i] ?? 0)))).toEqual(new Set([60_000]));
    expect(times.at(-1)).toBeLessThanOrEqual(Date.now());
    expect(times.at(-1)).toBeGreaterThanOrEqual(startedMs);
    for (const [handle, unread_count] of [
      ["andrewbrown", 1],
      ["bayko", 0],
    ] as const) {
      const row = await rowOf(store, member(handle), group());
      expect(row).toMatchObject({ unread_count, last_message: { message: "line 104" } });
    }
  });

  it("run again doubles nothing and moves nothing", async () => {
    const path = await conversationFile(lines(5));
    await seed(path);
    const before = await historyOf(table.createStore(), group());
    await seed(path);
    expect(await historyOf(table.createStore(), group())).toEqual(before);
  });

  it.each([
    ["Person 1: a\nPerson 3: b\nPerson 2: c", "line 2"],
    ["Person 1: a\n\nPerson 2: c", "line 2"],
    ["Person 1: a\nPerson 2:   ", "line 2"],
    [`Person 1: ${"x".repeat(1025)}`, "line 1"],
    ["", "empty"],
  ])("a file with a bad line loads nothing and names the line", async (text, named) => {
    const { exitCode, stderr } = await seed(await conversationFile(text));
    expect(exitCode).toBe(1);
    expect(stderr).toContain(named);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(await historyOf(table.createStore(), group())).toEqual([]);
  });

  it("an unknown handle or file is one clear line and exit code 1", async () => {
    users.delete("bayko");
    const path = await conversationFile(lines(2));
    expect(await seed(path)).toMatchObject({
      exitCode: 1,
      stderr: "error: there is no user @bayko\n",
    });
    const missing = await seed("/nowhere/at-all.txt");
    expect(missing).toMatchObject({
      exitCode: 1,
      stderr: "error: can't read /nowhere/at-all.txt\n",
    });
  });
});

describe("looking", () => {
  beforeEach(async () => {
    await seed(
      await conversationFile(
        `${lines(30)}\nPerson 1: ${"forty letters are shown of this: ".repeat(3)}`,
      ),
    );
  });

  it("get-conversation prints the newest 20, one line each, with the consumed capacity", async () => {
    const { stdout, stderr } = await ddb(["get-conversation", "--between", "andrewbrown", "bayko"]);
    const printed = stdout.trimEnd().split("\n");
    expect(printed).toHaveLength(20);
    for (const text of printed) {
      expect(text).toMatch(
        /^(andrewbrown|bayko) \d{4}-\d{2}-\d{2} (0[1-9]|1[0-2]):\d{2} [AP]M .{1,40}$/,
      );
    }
    expect(printed.at(-1)).toMatch(/M forty letters are shown of this: forty l$/);
    expect(stderr).toMatch(/consumed capacity: [\d.]+ read units/);
    expect(await ddb(["get-conversation", group(), "--json"])).toMatchObject({
      stdout: expect.stringContaining('"message_group_uuid"'),
    });
  });

  it("get-conversation takes a range of dates", async () => {
    const from = new Date(Date.now() - 10 * 60_000).toISOString();
    const until = new Date(Date.now() - 5 * 60_000).toISOString();
    const { stdout } = await ddb(["get-conversation", group(), "--from", from, "--until", until]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(5);
    const none = await ddb(["get-conversation", group(), "--until", "2020-01-01"]);
    expect(none.stdout.trim()).toBe("");
    const wrong = await ddb(["get-conversation", group(), "--from", "yesterday"]);
    expect(wrong.exitCode).toBe(1);
  });

  it("list-conversations prints a person's groups with the consumed capacity", async () => {
    const { stdout, stderr } = await ddb(["list-conversations", "@bayko"]);
    expect(stdout).toMatch(new RegExp(`^${group()} andrewbrown .*forty letters`));
    expect(stderr).toContain("consumed capacity: 0.5 read units");
    expect(await ddb(["list-conversations", "nobody"])).toMatchObject({ exitCode: 1 });
  });

  it("scan prints every item of every page", async () => {
    const message = "x".repeat(32_000);
    for (let index = 0; index < 40; index += 1) {
      const sent = { ...person("big"), client_id: randomUUID(), message, created_at: "" };
      const uuid = (await historyOf(table.createStore(), group()))[0]?.uuid ?? "";
      const item = toMessageItem(
        { ...sent, uuid, message_group_uuid: randomUUID() },
        { member_count: 2 },
      );
      await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
    }
    const { stdout, stderr } = await ddb(["scan"]);
    const items = stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect(items.filter((item) => item.message === message)).toHaveLength(40);
    expect(stderr).toContain(`${items.length} items`);
  });
});

describe("tables", () => {
  it("schema-load creates the table once, list-tables shows it, drop deletes it", async () => {
    const env = { MESSAGES_TABLE: "another-table" };
    const created = await ddb(["schema-load"], env);
    const key = (hash: string, range: string) => [
      { AttributeName: hash, KeyType: "HASH" },
      { AttributeName: range, KeyType: "RANGE" },
    ];
    const description = JSON.parse(created.stdout);
    expect(description).toMatchObject({
      TableName: "another-table",
      KeySchema: key("pk", "sk"),
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
    });
    const indexes: { IndexName: string; KeySchema: object[] }[] =
      description.GlobalSecondaryIndexes;
    expect(Object.fromEntries(indexes.map((each) => [each.IndexName, each.KeySchema]))).toEqual({
      "message-group-sk-index": key("message_group_uuid", "sk"),
      "inbox-index": key("pk", "last_message_at"),
    });
    expect(await ddb(["schema-load"], env)).toMatchObject({ exitCode: 0 });
    expect((await ddb(["list-tables"])).stdout).toContain("another-table");
    expect(await ddb(["drop", "another-table"])).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await ddb(["list-tables", "--json"])).stdout)).toEqual([table.tableName]);
    expect(await ddb(["drop", "another-table"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: there is no table another-table/),
    });
  });

  it("drop without a name prints its usage and exits 1", async () => {
    const { exitCode, stderr } = await ddb(["drop"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Usage: pnpm ddb drop");
  });

  it("drop in production asks first, and without a terminal refuses", async () => {
    const { exitCode, stderr } = await ddb(["drop", "cruddur-messages", "--prod"], {
      AWS_REGION: "eu-west-1",
      AWS_ENDPOINT_URL: "",
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("--yes");
  });

  it("--prod never means a local engine whose endpoint is still in the environment", async () => {
    const dropped = await ddb(["drop", table.tableName, "--prod", "--yes"], {
      AWS_REGION: "eu-west-1",
    });
    expect(dropped).toMatchObject({
      exitCode: 1,
      stderr: "error: --prod is never this machine, which AWS_ENDPOINT_URL names: unset it\n",
    });
    expect((await ddb(["list-tables"])).stdout).toContain(table.tableName);
  });

  it("a missing table, stack or region is one line that says what to do", async () => {
    const scan = await ddb(["scan"], { MESSAGES_TABLE: "nowhere" });
    expect(scan).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("schema-load") });
    const stack = await ddb(["scan"], { AWS_ENDPOINT_URL: "" });
    expect(stack).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("pnpm start") });
    const prod = await ddb(["scan", "--prod"], { AWS_ENDPOINT_URL: "" });
    expect(prod).toMatchObject({ exitCode: 1, stderr: "error: --prod needs AWS_REGION\n" });
    const down = await ddb(["scan"], { AWS_ENDPOINT_URL: "http://127.0.0.1:1" });
    expect(down).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("can't reach DynamoDB"),
    });
  });
});

describe("repair", () => {
  it("rebuild-inboxes mends every row from the messages, while people write", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    for (const text of ["two", "three"]) await send(store, a, message_group_uuid, text);
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: groupRowKey(b.user_uuid, message_group_uuid),
        UpdateExpression: "SET unread_count = :many, message = :wrong",
        ExpressionAttributeValues: { ":many": { N: "99" }, ":wrong": { S: "wrong" } },
      }),
    );
    const [rebuilt, ...sent] = await Promise.all([
      ddb(["rebuild-inboxes", "--json"]),
      ...["four", "five"].map((text) => send(store, a, message_group_uuid, text)),
    ]);
    expect(JSON.parse(rebuilt.stdout).repaired).toBeGreaterThanOrEqual(2);
    await ddb(["rebuild-inboxes"]);
    const newest = sent
      .map(({ uuid }) => uuid)
      .sort()
      .at(-1);
    const row = await rowOf(store, b, message_group_uuid);
    expect(row).toMatchObject({ unread_count: 5, last_message: { uuid: newest } });
    expect(JSON.parse((await ddb(["rebuild-inboxes", "--json"])).stdout).repaired).toBe(0);
  });

  it("replay mends the rows of each letter, removes it, and keeps what can't be replayed", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const lost = await send(store, a, message_group_uuid, "lost in the stream");
    const letter: DeadLetter = {
      reason: "retries_exhausted",
      pk: messagePk(message_group_uuid),
      sk: messageSk(lost.uuid),
      sequence_number: "1",
      problem: "",
      at: "",
    };
    const hopeless = { ...letter, pk: messagePk(randomUUID()) };
    const path = join(dataDir, DEAD_LETTERS_FILE);
    await writeFile(path, `${JSON.stringify(letter)}\nno letter\n${JSON.stringify(hopeless)}\n`);
    const { stdout, stderr, exitCode } = await ddb(["replay"]);
    expect({ stdout, exitCode }).toEqual({ stdout: "1 replayed, 2 kept\n", exitCode: 1 });
    expect(stderr).toContain("there is no such message");
    expect(await rowOf(store, b, message_group_uuid)).toMatchObject({
      unread_count: 2,
      last_message: { message: "lost in the stream" },
    });
    expect((await readFile(path, "utf8")).trim().split("\n")).toEqual([
      "no letter",
      JSON.stringify(hopeless),
    ]);
    await rm(path);
    expect(await ddb(["replay"])).toMatchObject({ stdout: "0 replayed, 0 kept\n", exitCode: 0 });
  });

  it("a replay that was killed midway is taken up again and loses no letter", async () => {
    const store = table.createStore();
    const { message_group_uuid, uuid } = await startPair(store, [person("a"), person("b")]);
    const letter = JSON.stringify({
      reason: "malformed",
      pk: messagePk(message_group_uuid),
      sk: messageSk(uuid),
      sequence_number: "1",
    });
    const path = join(dataDir, DEAD_LETTERS_FILE);
    await writeFile(`${path}.replaying`, `${letter}\n`);
    await writeFile(path, `${letter}\n`);
    expect(await ddb(["replay"])).toMatchObject({ stdout: "2 replayed, 0 kept\n" });
  });
});
