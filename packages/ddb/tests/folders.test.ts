import { randomUUID } from "node:crypto";
import {
  type GlobalSecondaryIndexUpdate,
  UpdateItemCommand,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory } from "@cruddur/contract/ids";
import { describe, expect, it } from "vitest";
import { rebuildInboxes } from "../src/access-patterns/rebuild-inboxes.ts";
import { ensureIndexes, ensureTable } from "../src/create-table.ts";
import { membershipKey, toMembershipItem } from "../src/items/membership-item.ts";
import { createMessagesStore } from "../src/store.ts";
import { INBOX_INDEX } from "../src/table.ts";
import { person, startPair, useTable, writeItems } from "./support.ts";

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
      expect(page.items.map(({ other, folder }) => [other.handle, folder])).toEqual([
        [folder, folder],
      ]);
    }
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
