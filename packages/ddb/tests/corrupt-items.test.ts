import { randomUUID } from "node:crypto";
import { DeleteItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { rebuildInboxes } from "../src/access-patterns/rebuild-inboxes.ts";
import type { CorruptItem, Item } from "../src/items/attributes.ts";
import { membershipKey } from "../src/items/membership-item.ts";
import { messageKey } from "../src/items/message-item.ts";
import { messagePk, messageSkFloor } from "../src/keys.ts";
import { createProjection } from "../src/projection.ts";
import { createMessagesStore } from "../src/store.ts";
import type { Page, PagePosition, StoredMessage } from "../src/types.ts";
import { type Member, people, person, send, startPair, useTable, writeItems } from "./support.ts";

const table = useTable();
const SECRET = "nobody's business";

describe("items that can't be read", () => {
  let corrupt: CorruptItem[];
  let a: Member;
  let b: Member;
  let message_group_uuid: string;
  let uuids: string[];

  const createStore = () =>
    createMessagesStore({ client: table.client, onCorruptItem: (item) => corrupt.push(item) });

  /** An item among the messages of the message group, at this moment, that isn't a message. */
  const poison = (ms: number): Item => ({
    pk: { S: messagePk(message_group_uuid) },
    sk: { S: `${messageSkFloor(ms)}#${randomUUID()}` },
    message: { S: SECRET },
    user_uuid: { S: a.user_uuid },
  });

  beforeEach(async () => {
    corrupt = [];
    [a, b] = [person("a"), person("b")];
    const store = table.createStore();
    const startMs = Date.now() + 1;
    const first = await startPair(store, [a, b]);
    ({ message_group_uuid } = first);
    uuids = [first.uuid];
    for (const text of ["two", "three", "four"]) {
      uuids.push((await send(store, a, message_group_uuid, text)).uuid);
    }
    const endMs = Date.now() + 1_000;
    await writeItems(table, [
      ...Array.from({ length: 7 }, (_, index) => poison(endMs + index)),
      poison(startMs),
      ...Array.from({ length: 5 }, (_, index) => poison(index)),
    ]);
  });

  it.each([1, 2, 3, 4, 20])(
    "hide no message and end no list early, in pages of %i",
    async (limit) => {
      const store = createStore();
      const walk = async (way: "next" | "previous", start?: PagePosition) => {
        const found: StoredMessage[][] = [];
        for (let position: PagePosition | null | undefined = start; position !== null; ) {
          const page: Page<StoredMessage> = await store.listMessages({
            joined_after: null,
            message_group_uuid,
            limit,
            position,
          });
          found.push(page.items);
          position = page[way];
          if (found.length > 10) throw new Error("paging doesn't end");
        }
        return found.map((items) => items.map(({ uuid }) => uuid));
      };
      const pages = Math.ceil(uuids.length / limit);
      const older = await walk("next");
      expect(older).toHaveLength(pages);
      expect(older.toReversed().flat()).toEqual(uuids);
      expect((await walk("previous", { after: uuids[0] ?? "" })).flat()).toEqual(uuids.slice(1));
      const around = await store.listMessagesAround({
        joined_after: null,
        message_group_uuid,
        message_uuid: uuids[1] ?? "",
        limit: 20,
      });
      expect(around).toMatchObject({ next: null, previous: null });
      expect(around.items.map(({ uuid }) => uuid)).toEqual(uuids);
    },
  );

  it("are skipped in few Queries, however short the page is", async () => {
    const query = vi.spyOn(table.client, "send");
    const ofB = { message_group_uuid, user_uuid: b.user_uuid };
    await createProjection(table).rebuildMembership(ofB);
    const limits = query.mock.calls.flatMap(([{ input }]) => ("Limit" in input ? input.Limit : []));
    query.mockRestore();
    expect(limits).toEqual([1, 20]);
  });

  it("are reported by their keys, without their content", async () => {
    await createStore().listMessages({ joined_after: null, message_group_uuid, limit: 20 });
    expect(corrupt).toHaveLength(13);
    for (const item of corrupt) {
      expect(item).toEqual({
        pk: messagePk(message_group_uuid),
        sk: expect.stringMatching(/Z#[-0-9a-f]{36}$/),
        problem: "not a message's sort key",
      });
    }
    expect(JSON.stringify(corrupt)).not.toContain(SECRET);
  });

  it("never take a preview back: it shows the newest message until that message is deleted", async () => {
    const ofB = { message_group_uuid, user_uuid: b.user_uuid };
    const projection = createProjection(table);
    await projection.rebuildMembership(ofB);
    const key = { TableName: table.tableName, Key: messageKey(message_group_uuid, uuids[3] ?? "") };
    await table.client.send(
      new UpdateItemCommand({ ...key, UpdateExpression: "REMOVE client_id" }),
    );
    expect(await projection.rebuildMembership(ofB)).toMatchObject({ repaired: false });
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.tableName,
        Key: membershipKey(b.user_uuid, message_group_uuid),
        UpdateExpression: "SET unread_count = :wrong",
        ExpressionAttributeValues: { ":wrong": { N: "99" } },
      }),
    );
    const shown = async () => (await table.createStore().getMembership(ofB))?.last_message?.message;
    expect(await projection.rebuildMembership(ofB)).toMatchObject({ repaired: true });
    expect(await shown()).toBe("four");
    await table.client.send(new DeleteItemCommand(key));
    expect(await projection.rebuildMembership(ofB)).toMatchObject({ repaired: true });
    expect(await shown()).toBe("three");
  });

  it("stop neither a rebuild nor the inbox: other memberships are shown and repaired", async () => {
    const store = createStore();
    const [c] = people(1) as [Member];
    const other = await startPair(store, [c, a], "from c");
    const spoil = (key: Item, UpdateExpression: string) =>
      table.client.send(
        new UpdateItemCommand({ TableName: table.tableName, Key: key, UpdateExpression }),
      );
    await spoil(membershipKey(a.user_uuid, message_group_uuid), "REMOVE member_count");
    const inbox = await store.listInbox({ user_uuid: a.user_uuid, limit: 20 });
    expect(inbox.items).toMatchObject([{ message_group_uuid: other.message_group_uuid }]);
    const spoiled = {
      pk: membershipKey(a.user_uuid, message_group_uuid).pk?.S,
      sk: message_group_uuid,
      problem: "an item has no member_count",
    };
    expect(corrupt).toEqual([spoiled]);

    const ids = { message_group_uuid, user_uuids: [a.user_uuid, b.user_uuid] };
    expect(await store.getMemberships(ids)).toMatchObject([{ user_uuid: b.user_uuid }]);
    const ofB = { message_group_uuid, user_uuid: b.user_uuid };
    expect(await createProjection(table).rebuildMembership(ofB)).toMatchObject({
      repaired: true,
    });

    corrupt = [];
    const onCorruptItem = (item: CorruptItem) => corrupt.push(item);
    await rebuildInboxes({ ...table, onCorruptItem });
    expect(corrupt).toContainEqual(spoiled);
    expect(await store.getMembership(ofB)).toMatchObject({ last_message: { message: "four" } });
  });
});
