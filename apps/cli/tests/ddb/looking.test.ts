import { randomUUID } from "node:crypto";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory } from "@cruddur/contract/ids";
import { messagePk } from "@cruddur/ddb/keys";
import { toMembershipItem } from "@cruddur/ddb/membership-item";
import { toMessageItem } from "@cruddur/ddb/message-item";
import { writeItems } from "@cruddur/ddb/write-items";
import { beforeEach, describe, expect, it } from "vitest";
import { lines, useCommands } from "./support.ts";
import { historyOf, person } from "./table.ts";

const { conversationFile, ddb, group, member, seed, table, users } = useCommands();

describe("reading the table", () => {
  beforeEach(async () => {
    await seed(
      await conversationFile(
        `${lines(30)}\nPerson 1: ${"forty letters are shown of this: ".repeat(3)}`,
      ),
    );
  });

  it("get-conversation prints the newest 20 messages, one per line, with the consumed capacity", async () => {
    const { stdout, stderr } = await ddb(["get-conversation", "--between", "andrewbrown", "bayko"]);
    const printed = stdout.trimEnd().split("\n");
    expect(printed).toHaveLength(20);
    for (const text of printed) {
      expect(text).toMatch(
        /^(andrewbrown|bayko) \d{4}-\d{2}-\d{2} (0[1-9]|1[0-2]):\d{2} [AP]M .{1,40}$/,
      );
    }
    expect(printed.at(-1)).toMatch(/M forty letters are shown of this: forty l$/);
    expect(stderr).toMatch(/consumed capacity: [\d.]+ read units?/);
    expect(await ddb(["get-conversation", group(), "--json"])).toMatchObject({
      stdout: expect.stringContaining('"message_group_uuid"'),
    });
  });

  it("an item that cannot be read is named on stderr and takes no readable item's place", async () => {
    const key = { pk: { S: messagePk(group()) }, sk: { S: "5000-no-key" } };
    const Item = { ...key, message: { S: "a secret" } };
    await table.client.send(new PutItemCommand({ TableName: table.tableName, Item }));
    const { stdout, stderr, exitCode } = await ddb(["get-conversation", group()]);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(20);
    expect(stderr).toContain(`can't read ${key.pk.S} 5000-no-key: not a message's sort key\n`);
    expect(stdout + stderr).not.toContain("a secret");
  });

  it("get-conversation accepts a range of dates", async () => {
    const from = new Date(Date.now() - 10 * 60_000).toISOString();
    const until = new Date(Date.now() - 5 * 60_000).toISOString();
    const { stdout } = await ddb(["get-conversation", group(), "--from", from, "--until", until]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(5);
    const none = await ddb(["get-conversation", group(), "--until", "2020-01-01"]);
    expect(none.stdout.trim()).toBe("");
    for (const date of ["yesterday", "2026-02-30"]) {
      expect(await ddb(["get-conversation", group(), "--from", date])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/^error: [^\n]+2026-11-21T10:30Z; see --help\n$/),
      });
    }
    const [later, earlier] = ["2026-11-22", "2026-11-01"];
    expect(
      await ddb(["get-conversation", group(), "--from", later, "--until", earlier]),
    ).toMatchObject({ exitCode: 1, stderr: "error: --from is after --until\n" });
  });

  it("get-conversation tells an unknown conversation from one without messages", async () => {
    const uuid = randomUUID();
    expect(await ddb(["get-conversation", uuid])).toMatchObject({
      exitCode: 1,
      stderr: `error: there is no conversation ${uuid}\n`,
    });
    users.set("mira", { uuid: randomUUID(), handle: "mira", display_name: "Mira" });
    expect(await ddb(["get-conversation", "--between", "@mira", "bayko"])).toMatchObject({
      exitCode: 1,
      stderr: "error: @mira and @bayko have no conversation\n",
    });
    expect(await ddb(["get-conversation", group(), "--until", "2020-01-01"])).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining("no messages in this time\n"),
    });
  });

  it("list-conversations prints a person's conversations with the consumed capacity", async () => {
    const { stdout, stderr } = await ddb(["list-conversations", "@bayko"]);
    expect(stdout).toMatch(new RegExp(`^${group()} andrewbrown .*forty letters`));
    // Half a unit for each of the four folders.
    expect(stderr).toContain("consumed capacity: 2 read units");
    expect(await ddb(["list-conversations", "nobody"])).toMatchObject({ exitCode: 1 });
  });

  it("list-conversations reads to the last page", async () => {
    const reader = member("bayko");
    const mintMessageUuid = createMessageUuidFactory(Date.now);
    const others = Array.from({ length: 120 }, (_, index) => person(`person${index}`));
    const rows = others.map((other) =>
      toMembershipItem({
        user_uuid: reader.user_uuid,
        message_group_uuid: randomUUID(),
        member_count: 2,
        other,
        unread_count: 0,
        read_message_uuid: null,
        last_message: { uuid: mintMessageUuid(), message: "hello", user_uuid: other.user_uuid },
      }),
    );
    await writeItems(table.client, rows);
    const { stdout } = await ddb(["list-conversations", "bayko"]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(121);
  });

  it("scan prints every item of every page", async () => {
    const message = "x".repeat(32_000);
    for (let index = 0; index < 40; index += 1) {
      const sent = { ...person("big"), client_id: randomUUID(), message, created_at: "" };
      const uuid = (await historyOf(table, group()))[0]?.uuid ?? "";
      const item = toMessageItem({
        ...sent,
        uuid,
        message_group_uuid: randomUUID(),
        member_count: 2,
      });
      await table.client.send(new PutItemCommand({ TableName: table.tableName, Item: item }));
    }
    const { stdout, stderr } = await ddb(["scan"]);
    const items = stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect(items.filter((item) => item.message === message)).toHaveLength(40);
    expect(stderr).toContain(`${items.length} items`);
    expect(JSON.parse((await ddb(["scan", "--json"])).stdout)).toEqual(items);
  });
});
