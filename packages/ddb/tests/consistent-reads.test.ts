import { createMessageUuidFactory } from "@cruddur/contract/ids";
import { describe, expect, it } from "vitest";
import { countUnread } from "../src/access-patterns/count-unread.ts";
import { createProjection } from "../src/projection.ts";
import { createMessagesStore } from "../src/store.ts";
import { interpose, person, send, startPair, useTable } from "./support.ts";

const table = useTable();

/** The engine answers every read with the newest state, so only the requests show the difference. */
function recordReads() {
  const reads: unknown[] = [];
  const client = interpose(table.client, async ({ input }) => {
    if ("ConsistentRead" in input || "KeyConditionExpression" in input || "Key" in input) {
      reads.push((input as { ConsistentRead?: boolean }).ConsistentRead);
    }
  });
  return { reads, client };
}

async function conversation() {
  const store = table.createStore();
  const [a, b] = [person("a"), person("b")];
  const first = await startPair(store, [a, b]);
  const second = await send(store, a, first.message_group_uuid, "second");
  const { message_group_uuid } = first;
  return { a, b, first, second, message_group_uuid, ofB: { ...b, message_group_uuid } };
}

describe("these reads are strongly consistent", () => {
  it("the membership that an access check reads", async () => {
    const { ofB } = await conversation();
    const { reads, client } = recordReads();
    await createMessagesStore({ client }).getMembership(ofB);
    expect(reads).toEqual([true]);
  });

  it("one message", async () => {
    const { first, message_group_uuid } = await conversation();
    const { reads, client } = recordReads();
    await createMessagesStore({ client }).getMessage({
      message_group_uuid,
      message_uuid: first.uuid,
    });
    expect(reads).toEqual([true]);
  });

  it("a page towards newer messages, with which readers catch up; other pages cost half", async () => {
    const { first, second, message_group_uuid } = await conversation();
    const { reads, client } = recordReads();
    const { listMessages } = createMessagesStore({ client });
    await listMessages({
      joined_after: null,
      message_group_uuid,
      limit: 5,
      position: { after: first.uuid },
    });
    await listMessages({
      joined_after: null,
      message_group_uuid,
      limit: 5,
      position: { before: second.uuid },
    });
    await listMessages({ joined_after: null, message_group_uuid, limit: 5 });
    expect(reads).toEqual([true, false, false]);
  });

  it("the pages around a message and since a moment", async () => {
    const { first, message_group_uuid } = await conversation();
    const { reads, client } = recordReads();
    const store = createMessagesStore({ client });
    await store.listMessagesAround({
      joined_after: null,
      message_group_uuid,
      message_uuid: first.uuid,
      limit: 5,
    });
    await store.listMessagesSince({ joined_after: null, message_group_uuid, sinceMs: 1, limit: 5 });
    expect(reads).toEqual([true, true, true, true]);
  });

  it("the count of unread messages", async () => {
    const { ofB } = await conversation();
    const { reads, client } = recordReads();
    const until = "9999";
    const input = { ...ofB, read_message_uuid: null, hidden_senders: [], until };
    expect(await countUnread({ client, tableName: table.tableName }, input)).toBe(2);
    expect(reads).toEqual([true]);
  });

  it("the membership, the newest message and the count of a rebuild", async () => {
    const { ofB } = await conversation();
    const { reads, client } = recordReads();
    await createProjection({ client }).rebuildMembership(ofB);
    // The last request is the write.
    expect(reads).toEqual([true, true, true, undefined]);
  });

  it("the message that a rebuild looks for before it takes back a preview", async () => {
    const { ofB, b, second } = await conversation();
    const uuid = createMessageUuidFactory(() => Date.now() + 60_000)();
    const newer = { ...second, uuid, user_uuid: b.user_uuid };
    await createProjection(table).updateMembership(ofB, [newer]);
    const { reads, client } = recordReads();
    await createProjection({ client }).rebuildMembership(ofB);
    expect(reads).toEqual([true, true, true, true, undefined]);
  });
});
