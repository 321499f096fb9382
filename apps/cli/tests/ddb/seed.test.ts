import { readFileSync } from "node:fs";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { loadConversation } from "@cruddur/ddb/load-conversation";
import { messageKey } from "@cruddur/ddb/message-item";
import { describe, expect, it } from "vitest";
import { parseConversation } from "../../src/ddb/conversation-file.ts";
import { lines, useCommands } from "./support.ts";
import { historyOf, membershipOf } from "./table.ts";

const { conversationFile, group, member, seed, table, users } = useCommands();

describe("seed", () => {
  it("loads messages one minute apart, none in the future, and both inboxes preview the last one", async () => {
    const startedMs = Date.now();
    expect(await seed(await conversationFile(lines(104)))).toMatchObject({ exitCode: 0 });
    const history = await historyOf(table, group());
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
      const membership = await membershipOf(table, member(handle), group());
      expect(membership).toMatchObject({ unread_count, last_message: { message: "line 104" } });
    }
  });

  it("a file that is loaded again changes nothing", async () => {
    const path = await conversationFile(lines(5));
    await seed(path);
    const before = await historyOf(table, group());
    expect(await seed(path)).toMatchObject({
      stdout: `0 messages loaded, 5 already there, in conversation ${group()}\n`,
    });
    expect(await historyOf(table, group())).toEqual(before);
  });

  it("a file with a bad line loads nothing, and the error names the line", async () => {
    const bad = await seed(await conversationFile("Person 1: a\nPerson 3: b\nPerson 2: c"));
    expect(bad).toMatchObject({
      exitCode: 1,
      stderr: 'error: line 2: expected "Person 1: …" or "Person 2: …"; nothing was loaded\n',
    });
    expect(await seed(await conversationFile(""))).toMatchObject({
      exitCode: 1,
      stderr: "error: the conversation file is empty\n",
    });
    expect(await historyOf(table, group())).toEqual([]);
  });

  it("two files with lines in common are two conversations, each in its own order", async () => {
    const first = ["one", "two", "three"];
    const second = ["two", "one", "three", "four"];
    const file = (texts: string[]) =>
      conversationFile(texts.map((text) => `Person 1: ${text}`).join("\n"));
    expect(await seed(await file(first))).toMatchObject({
      stdout: `3 messages loaded, 0 already there, in conversation ${group()}\n`,
    });
    const before = new Set((await historyOf(table, group())).map(({ uuid }) => uuid));
    expect(await seed(await file(second))).toMatchObject({
      stdout: `4 messages loaded, 0 already there, in conversation ${group()}\n`,
    });
    const history = await historyOf(table, group());
    const texts = (isOld: boolean) =>
      history.filter(({ uuid }) => before.has(uuid) === isOld).map(({ message }) => message);
    expect([texts(true), texts(false)]).toEqual([first, second]);
  });

  it("loads that run at once or were interrupted store every line once", async () => {
    const path = await conversationFile(lines(120));
    const sender = member("andrewbrown");
    const load = () =>
      loadConversation(table, {
        lines: parseConversation(readFileSync(path)),
        from: sender,
        to: member("bayko"),
      });
    const loads = await Promise.all([load(), load(), load()]);
    expect(loads.reduce((sum, { loaded }) => sum + loaded, 0)).toBe(120);
    // An interrupted load leaves claims whose messages are missing, or nothing, for its last lines.
    for (const { uuid } of (await historyOf(table, group())).slice(90, 110)) {
      const Key = messageKey(group(), uuid);
      await table.client.send(new DeleteItemCommand({ TableName: table.tableName, Key }));
    }
    expect(await load()).toMatchObject({ loaded: 20, already_there: 100 });
    const history = await historyOf(table, group());
    expect(history.map(({ message }) => message)).toEqual(
      lines(120)
        .split("\n")
        .map((line) => line.slice(10)),
    );
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
