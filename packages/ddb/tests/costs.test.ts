import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  createMessageUuidFactory,
  derivePairGroupUuid,
  messageCreatedAt,
} from "@cruddur/contract/ids";
import { DISPLAY_NAME_MAX_BYTES } from "@cruddur/contract/limits";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDynamoDbClient } from "../src/client.ts";
import { type CapacityMeter, meterCapacity } from "../src/consumed-capacity.ts";
import type { Item } from "../src/items/attributes.ts";
import { toMembershipItem } from "../src/items/membership-item.ts";
import { toMessageItem } from "../src/items/message-item.ts";
import { cutPreview } from "../src/items/preview.ts";
import { createProjection } from "../src/projection.ts";
import { createMessagesStore, type MessagesStore } from "../src/store.ts";
import type { Member, StoredMessage } from "../src/types.ts";
import {
  membershipOf,
  people,
  person,
  send,
  sizeOf,
  startPair,
  useTable,
  writeItems,
} from "./support.ts";

const table = useTable();
let client: DynamoDBClient;
let meter: CapacityMeter;
let store: MessagesStore;
beforeAll(() => {
  client = createDynamoDbClient({ endpoint: table.endpoint });
  meter = meterCapacity(client);
  store = createMessagesStore({ client });
});
afterAll(() => client.destroy());

/** What one message to n members costs, by the store and the projection. */
async function costOf(count: number, messages: readonly string[]): Promise<number> {
  const projection = createProjection({ client });
  const members = people(count);
  const sender = members[0] as Member;
  const message_group_uuid = randomUUID();
  await table
    .createStore()
    .createMessageGroup({ client_id: randomUUID(), message_group_uuid, members });
  const project = async (stored: [StoredMessage, ...StoredMessage[]]) => {
    await projection.listMemberUuids({ message_group_uuid });
    for (const { user_uuid } of members) {
      await projection.updateMembership({ user_uuid, message_group_uuid }, stored);
    }
  };
  await project([await send(store, sender, message_group_uuid, "first")]);
  const membership = await membershipOf(store, sender, message_group_uuid);
  meter.reset();
  const stored: StoredMessage[] = [];
  for (const message of messages) {
    stored.push(await store.sendMessage({ sender, client_id: randomUUID(), message, membership }));
  }
  await project(stored as [StoredMessage, ...StoredMessage[]]);
  return meter.writeUnits / messages.length;
}

describe("write units", () => {
  it.each([2, 50])("of a message to %i members are at most 2 + 3n", async (n) => {
    expect(await costOf(n, ["hello there"])).toBeLessThanOrEqual(2 + 3 * n);
  });

  it("of 1,024 characters are at most 3 + 3n, since the preview is cut", async () => {
    expect(await costOf(2, ["x".repeat(1024)])).toBeLessThanOrEqual(3 + 3 * 2);
  });

  it("of 1,024 emoji only grow by the message itself", async () => {
    const text = "👩‍👩‍👧‍👦".repeat(1024);
    const message = Math.ceil((Buffer.byteLength(text) + 400) / 1024);
    expect(await costOf(2, [text])).toBeLessThanOrEqual(1 + message + 3 * 2);
  });

  it.each([2, 50])(
    "of 20 messages in one batch to %i members are at most 2 + 3n/20 each",
    async (n) => {
      const cost = await costOf(n, Array(20).fill("hello there"));
      expect(cost).toBeLessThanOrEqual(2 + (3 * n) / 20);
    },
  );

  it("of a first message to a person are at most 16", async () => {
    meter.reset();
    await startPair(store, [person("a"), person("b")]);
    expect(meter.writeUnits).toBeLessThanOrEqual(4 * 2 + 8);
  });

  it("of reading to the end are two, and one read", async () => {
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid, uuid } = await startPair(table.createStore(), [a, b]);
    meter.reset();
    await store.markRead({ user_uuid: b.user_uuid, message_group_uuid, message_uuid: uuid });
    expect([meter.writeUnits, meter.readUnits, meter.calls.length]).toEqual([2, 1, 2]);
  });
});

describe("read units of counting what is unread", () => {
  /** Messages of `a` to `b`, of which `b` has read none. */
  async function unreadOf(count: number, message: string) {
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid, uuid } = await startPair(table.createStore(), [a, b]);
    const mint = createMessageUuidFactory(() => Date.now() + 1_000);
    const uuids = Array.from({ length: count }, () => mint());
    await writeItems(
      table,
      uuids.map((each) => {
        const created_at = messageCreatedAt(each);
        const names = { uuid: each, message_group_uuid, client_id: randomUUID(), created_at };
        return toMessageItem({ ...names, message, member_count: 2, ...a });
      }),
    );
    const id = { user_uuid: b.user_uuid, message_group_uuid };
    const last = { uuid: uuids.at(-1) ?? "", message: "", user_uuid: a.user_uuid };
    await createProjection({ client: table.client }).updateMembership(id, [last]);
    meter.reset();
    return { state: await store.markRead({ ...id, message_uuid: uuid }), id };
  }

  it("stop growing with history: 1,000 stands for more", async () => {
    const { state } = await unreadOf(3_000, "x".repeat(1_000));
    expect(state.unread_count).toBe(1_000);
    expect(meter.readUnits).toBeLessThanOrEqual(2 * 256 + 1);
  });

  it("are at most 4 MB when a person moves the read marker among long messages", async () => {
    const { state } = await unreadOf(200, "x".repeat(31_000));
    expect(state.unread_count).toBe(1_000);
    expect(meter.readUnits).toBeLessThanOrEqual(4 * 258 + 16);
  });

  it("and the count is exact up to 999", async () => {
    const { state, id } = await unreadOf(999, "short");
    expect(state.unread_count).toBe(999);
    expect(await store.getMembership(id)).toMatchObject({ unread_count: 999 });
  });
});

describe("a membership", () => {
  it("of the longest names and preview stays under 1 KB, one write unit", () => {
    const other = {
      user_uuid: randomUUID(),
      handle: "h".repeat(30),
      display_name: "ü".repeat(DISPLAY_NAME_MAX_BYTES / 2),
    };
    const message_uuid = createMessageUuidFactory()();
    const item = toMembershipItem({
      user_uuid: randomUUID(),
      message_group_uuid: randomUUID(),
      member_count: 100,
      other,
      unread_count: 123_456,
      read_message_uuid: message_uuid,
      last_message: {
        ...{ uuid: message_uuid, message: "é".repeat(1024), user_uuid: other.user_uuid },
        revision: 1_000,
      },
    });
    item.revision = { N: "4294967295" };
    // The longest attributes of a membership that is archived, muted and blocked by both people.
    Object.assign(item, {
      archived_after: { S: message_uuid },
      muted_until: { N: String(Date.parse("9999-12-31T23:59:59.999Z")) },
      ...{ marked_unread: { BOOL: true }, blocked: { BOOL: true }, refused: { BOOL: true } },
      request_messages: { N: "3" },
    });
    expect(sizeOf(item)).toBeLessThan(1024);
  });

  it("previews a cut on a character's border, at most 200 characters and 256 bytes", () => {
    expect(cutPreview("x".repeat(300))).toBe("x".repeat(200));
    const family = "👩‍👩‍👧‍👦";
    expect(cutPreview(family.repeat(100))).toBe(family.repeat(10));
    expect(Buffer.byteLength(cutPreview(`a${"\u0301".repeat(1000)}`))).toBeLessThanOrEqual(256);
    expect(cutPreview(`a${"\u0301".repeat(1000)}`)).not.toBe("");
  });
});

describe("each list is one Query of at most 1.5 read units for 20 items", () => {
  const text = "A message of a usual length: a sentence or two, some sixty letters.";

  it.each([10, 10_000])("with %i messages behind", async (behind) => {
    const [a, b] = [person("a"), person("b")];
    const message_group_uuid = derivePairGroupUuid(a.user_uuid, b.user_uuid);
    const mint = createMessageUuidFactory();
    await writeItems(
      table,
      Array.from({ length: behind + 20 }, () => {
        const uuid = mint();
        const created_at = messageCreatedAt(uuid);
        const message = {
          uuid,
          message_group_uuid,
          client_id: randomUUID(),
          message: text,
          created_at,
          member_count: 2,
          ...a,
        };
        return toMessageItem(message);
      }),
    );
    meter.reset();
    const { items, next } = await store.listMessages({
      joined_after: null,
      message_group_uuid,
      limit: 20,
    });
    expect(items).toHaveLength(20);
    expect(next).not.toBeNull();
    expect(meter.calls).toEqual(["QueryCommand"]);
    expect(meter.readUnits).toBeLessThanOrEqual(1.5);
  });

  it.each([10, 10_000])("with %i conversations behind", async (behind) => {
    const me = person("me");
    const mint = createMessageUuidFactory();
    await writeItems(
      table,
      Array.from({ length: behind + 20 }, () => {
        const other = person("somebody");
        return toMembershipItem({
          user_uuid: me.user_uuid,
          message_group_uuid: derivePairGroupUuid(me.user_uuid, other.user_uuid),
          member_count: 2,
          other,
          unread_count: 0,
          read_message_uuid: mint(),
          last_message: { uuid: mint(), message: text, user_uuid: other.user_uuid },
        });
      }),
    );
    meter.reset();
    const { items, next } = await store.listInbox({ user_uuid: me.user_uuid, limit: 20 });
    expect(items).toHaveLength(20);
    expect(next).not.toBeNull();
    expect(meter.calls).toEqual(["QueryCommand"]);
    expect(meter.readUnits).toBeLessThanOrEqual(1.5);
  });
});

describe("a partition keyed by the message group", () => {
  it("is written at most once per message", async () => {
    const members = people(5);
    const sender = members[0] as Member;
    const message_group_uuid = randomUUID();
    await table
      .createStore()
      .createMessageGroup({ client_id: randomUUID(), message_group_uuid, members });
    const written: string[] = [];
    const watched = createDynamoDbClient({ endpoint: table.endpoint });
    watched.middlewareStack.add(
      (next) => async (args) => {
        const { Item, Key, UpdateExpression } = args.input as {
          Item?: Item;
          Key?: Item;
          UpdateExpression?: string;
        };
        if (Item !== undefined) written.push(Item.pk?.S ?? "");
        // A membership is in the message group's index by its keys, which an update can't change.
        if (UpdateExpression?.includes("message_group_uuid")) written.push(Key?.pk?.S ?? "");
        return next(args);
      },
      { step: "initialize", name: "watch" },
    );
    const message = await send(
      createMessagesStore({ client: watched }),
      sender,
      message_group_uuid,
      "x",
    );
    const projection = createProjection({ client: watched });
    for (const { user_uuid } of members) {
      await projection.updateMembership({ user_uuid, message_group_uuid }, [message]);
    }
    watched.destroy();
    expect(written.filter((pk) => pk.includes(message_group_uuid))).toHaveLength(1);
  });
});
