import { randomUUID } from "node:crypto";
import {
  type GlobalSecondaryIndexUpdate,
  UpdateItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory } from "@cruddur/contract/ids";
import { PINNED_MAX } from "@cruddur/contract/limits";
import { describe, expect, it } from "vitest";
import { rebuildInboxes } from "../src/access-patterns/rebuild-inboxes.ts";
import { ensureIndexes, ensureTable } from "../src/create-table.ts";
import { membershipKey, toMembershipItem } from "../src/items/membership-item.ts";
import { createProjection } from "../src/projection.ts";
import { createMessagesStore } from "../src/store.ts";
import { INBOX_INDEX } from "../src/table.ts";
import { person, send, startPair, useTable, writeItems } from "./support.ts";

const table = useTable();

describe("folders", () => {
  it("list each conversation in one place only", async () => {
    const store = table.createStore();
    const reader = person("reader");
    const mint = createMessageUuidFactory();
    const folders = ["inbox", "pinned", "requests", "archive"] as const;
    const items = folders.map((folder) => {
      const other = person(folder);
      return toMembershipItem({
        user_uuid: reader.user_uuid,
        message_group_uuid: randomUUID(),
        member_count: 2,
        other,
        folder,
        unread_count: 0,
        read_message_uuid: null,
        last_message: { uuid: mint(), message: folder, user_uuid: other.user_uuid },
      });
    });
    await writeItems(table, items);
    for (const folder of folders) {
      const page = await store.listInbox({ user_uuid: reader.user_uuid, folder, limit: 20 });
      expect(page.items.map(({ other, folder }) => [other?.handle, folder])).toEqual([
        [folder, folder],
      ]);
    }
  });
});

describe("an archived conversation", () => {
  const mutedForGood = { muted_until: "9999-12-31T23:59:59.999Z" };

  async function startArchived() {
    const store = table.createStore();
    const projection = createProjection({ client: table.client });
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    const own = { user_uuid: b.user_uuid, message_group_uuid };
    const late = await send(store, a, message_group_uuid, "not projected yet");
    expect(await store.fileConversation(own, "archive")).toMatchObject({ folder: "archive" });
    const folder = async () => (await store.getMembership(own))?.folder;
    return { store, projection, a, b, own, late, folder };
  }

  it("comes back with the next message, and not with one that was there before", async () => {
    const { store, projection, a, own, late, folder } = await startArchived();
    await projection.updateMembership(own, [late]);
    expect(await folder()).toBe("archive");
    const next = await send(store, a, own.message_group_uuid, "next");
    await projection.updateMembership(own, [next]);
    expect(await folder()).toBe("inbox");
    expect(await store.getMembership(own)).toMatchObject({ unread_count: 3, archived_after: null });
    await projection.updateMembership(own, [next]);
    expect(await projection.rebuildMembership(own)).toMatchObject({ repaired: false });
  });

  it("stays where it is while it is muted, also after a repeat and a rebuild", async () => {
    const { store, projection, a, own, late, folder } = await startArchived();
    await store.muteConversation(own, mutedForGood);
    const next = await send(store, a, own.message_group_uuid, "next");
    for (const messages of [[late], [next], [next]] as const) {
      await projection.updateMembership(own, messages);
    }
    await store.muteConversation(own, { muted_until: null });
    await projection.updateMembership(own, [next]);
    expect(await projection.rebuildMembership(own)).toMatchObject({ repaired: false });
    expect(await folder()).toBe("archive");
  });

  it("comes back with a message that was sent after its silence was over", async () => {
    const { store, projection, a, own, folder } = await startArchived();
    await store.muteConversation(own, { muted_until: new Date(Date.now() - 60_000).toISOString() });
    await projection.updateMembership(own, [await send(store, a, own.message_group_uuid, "next")]);
    expect(await folder()).toBe("inbox");
  });

  it("is found by a rebuild when its next message was never projected", async () => {
    const { store, projection, a, own, folder } = await startArchived();
    await send(store, a, own.message_group_uuid, "next");
    await projection.rebuildMembership(own);
    expect(await folder()).toBe("inbox");
  });
});

describe("filing", () => {
  it("pins at most five conversations, which a new message leaves where they are", async () => {
    const store = table.createStore();
    const me = person("me");
    const ids = await Promise.all(
      Array.from({ length: PINNED_MAX + 1 }, async () => {
        const { message_group_uuid } = await startPair(store, [person("other"), me]);
        return { user_uuid: me.user_uuid, message_group_uuid };
      }),
    );
    for (const id of ids.slice(1)) await store.fileConversation(id, "pin");
    const [sixth, first] = ids as [(typeof ids)[0], (typeof ids)[0]];
    await expect(store.fileConversation(sixth, "pin")).rejects.toMatchObject({ code: "pins_full" });
    expect(await store.fileConversation(first, "pin")).toMatchObject({ folder: "pinned" });
    expect(await store.fileConversation(first, "unarchive")).toMatchObject({ folder: "pinned" });
    const next = await send(store, me, first.message_group_uuid, "next");
    await createProjection({ client: table.client }).updateMembership(first, [next]);
    const pinned = await store.listInbox({ user_uuid: me.user_uuid, folder: "pinned", limit: 10 });
    expect(pinned.items.map(({ message_group_uuid }) => message_group_uuid)[0]).toBe(
      first.message_group_uuid,
    );
    expect(await store.fileConversation(first, "unpin")).toMatchObject({ folder: "inbox" });
    await store.fileConversation(sixth, "pin");
    expect(await store.fileConversation(sixth, "archive")).toMatchObject({ folder: "archive" });
  });

  it("pins no more than five conversations when six devices pin at once, and again as soon as there is room", async () => {
    const store = table.createStore();
    const me = person("me");
    const ids = await Promise.all(
      Array.from({ length: PINNED_MAX + 2 }, async () => {
        const { message_group_uuid } = await startPair(store, [person("other"), me]);
        return { user_uuid: me.user_uuid, message_group_uuid };
      }),
    );
    const [last, ...six] = ids as [(typeof ids)[0], ...typeof ids];
    const outcomes = await Promise.allSettled(six.map((id) => store.fileConversation(id, "pin")));
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason as unknown] : [],
    );
    expect(refused).toMatchObject([{ code: "pins_full" }]);
    const pinned = six.filter((_, index) => outcomes[index]?.status === "fulfilled");
    for (const id of pinned) {
      expect(await store.fileConversation(id, "pin")).toMatchObject({ folder: "pinned" });
      expect(await store.getMembership(id)).toMatchObject({ folder: "pinned" });
    }
    await expect(store.fileConversation(last, "pin")).rejects.toMatchObject({ code: "pins_full" });
    await store.fileConversation(pinned[0] ?? last, "archive");
    expect(await store.fileConversation(last, "pin")).toMatchObject({ folder: "pinned" });
  });

  it("is refused to people who aren't members", async () => {
    const store = table.createStore();
    const { message_group_uuid } = await startPair(store, [person("a"), person("b")]);
    const id = { user_uuid: person("c").user_uuid, message_group_uuid };
    const refused = { code: "not_a_member" };
    await expect(store.fileConversation(id, "archive")).rejects.toMatchObject(refused);
    await expect(store.markUnread(id)).rejects.toMatchObject(refused);
    await expect(store.muteConversation(id, { muted_until: null })).rejects.toMatchObject(refused);
    await expect(store.acceptRequest(id)).rejects.toMatchObject(refused);
  });

  it("marks as unread until the conversation is read again, however far it was read", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid, uuid: message_uuid } = await startPair(store, [a, b]);
    const own = { user_uuid: b.user_uuid, message_group_uuid };
    await store.markRead({ ...own, message_uuid });
    await store.markUnread(own);
    const unread = async () =>
      (await store.listInbox({ user_uuid: b.user_uuid, limit: 5, unread: true })).items.length;
    expect(await unread()).toBe(1);
    expect(await store.markRead({ ...own, message_uuid })).toMatchObject({ moved: true });
    expect(await unread()).toBe(0);
    expect(await store.markRead({ ...own, message_uuid })).toMatchObject({ moved: false });
  });
});

describe("a table of an earlier release", () => {
  it("gets the index of the folders, and a rebuild lists its conversations again", async () => {
    const tableName = "table-of-an-earlier-release";
    await ensureTable(table.client, { tableName, stream: false });
    await recreateOldIndex(tableName);
    const store = createMessagesStore({ client: table.client, tableName });
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid } = await startPair(store, [a, b]);
    await table.client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: membershipKey(b.user_uuid, message_group_uuid),
        UpdateExpression: "REMOVE inbox_pk",
      }),
    );
    expect(await ensureIndexes(table.client, tableName)).toEqual([INBOX_INDEX]);
    expect(await ensureIndexes(table.client, tableName)).toEqual([]);
    const inbox = async () => (await store.listInbox({ user_uuid: b.user_uuid, limit: 20 })).items;
    expect(await inbox()).toEqual([]);
    const { client } = table;
    expect(await rebuildInboxes({ client, tableName })).toEqual({ memberships: 2, repaired: 1 });
    expect(await inbox()).toMatchObject([{ message_group_uuid, folder: "inbox" }]);
  });

  /** The inbox index as it was before folders: without `inbox_pk`. */
  async function recreateOldIndex(TableName: string): Promise<void> {
    const update = (change: GlobalSecondaryIndexUpdate) =>
      table.client.send(
        new UpdateTableCommand({
          TableName,
          GlobalSecondaryIndexUpdates: [change],
          AttributeDefinitions: ["pk", "sk", "last_message_at", "message_group_uuid"].map(
            (AttributeName) => ({ AttributeName, AttributeType: "S" }),
          ),
        }),
      );
    await update({ Delete: { IndexName: INBOX_INDEX } });
    await update({
      Create: {
        IndexName: INBOX_INDEX,
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "last_message_at", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    });
  }
});
