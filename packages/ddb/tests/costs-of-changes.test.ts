import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PINNED_MAX } from "@cruddur/contract/limits";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDynamoDbClient } from "../src/client.ts";
import { type CapacityMeter, meterCapacity } from "../src/consumed-capacity.ts";
import { createProjection } from "../src/projection.ts";
import { createMessagesStore, type MessagesStore } from "../src/store.ts";
import type { Member, MembershipId } from "../src/types.ts";
import { people, person, send, startPair, useTable } from "./support.ts";

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

describe("write units", () => {
  it("of an edit, a reaction and a delete are one, and one read", async () => {
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid, uuid } = await startPair(table.createStore(), [a, b]);
    const change = () => ({
      user_uuid: a.user_uuid,
      message_group_uuid,
      message_uuid: uuid,
      op_id: randomUUID(),
    });
    for (const write of [
      () => store.editMessage({ ...change(), message: "edited" }),
      () => store.addReaction({ ...change(), emoji: "👍" }),
      () => store.removeReaction({ ...change(), emoji: "👍" }),
      () => store.deleteMessage(change()),
    ]) {
      meter.reset();
      await write();
      expect([meter.writeUnits, meter.readUnits, meter.calls.length]).toEqual([1, 1, 2]);
    }
  });

  it("of a pin are at most 8, and the reads of a full list 5 more", async () => {
    const me = person("a");
    const ids = await Promise.all(
      Array.from({ length: PINNED_MAX + 1 }, async () => {
        const { message_group_uuid } = await startPair(table.createStore(), [person("b"), me]);
        return { user_uuid: me.user_uuid, message_group_uuid };
      }),
    );
    for (const id of ids.slice(1)) {
      meter.reset();
      await store.fileConversation(id, "pin");
      expect(meter.readUnits).toBe(2);
      expect(meter.writeUnits).toBeLessThanOrEqual(8);
    }
    meter.reset();
    await expect(store.fileConversation(ids[0] as MembershipId, "pin")).rejects.toThrow();
    expect([meter.readUnits, meter.writeUnits]).toEqual([2 + PINNED_MAX, 0]);
  });

  it.each([2, 50])("of deleting the newest message of %i members are at most 1 + 3n", async (n) => {
    const projection = createProjection({ client });
    const members = people(n);
    const sender = members[0] as Member;
    const message_group_uuid = randomUUID();
    await table
      .createStore()
      .createMessageGroup({ client_id: randomUUID(), message_group_uuid, members });
    const message = await send(store, sender, message_group_uuid, "hello there");
    for (const { user_uuid } of members) {
      await projection.updateMembership({ user_uuid, message_group_uuid }, [message]);
    }
    meter.reset();
    const deleted = await store.deleteMessage({
      ...{ user_uuid: sender.user_uuid, message_group_uuid },
      ...{ message_uuid: message.uuid, op_id: randomUUID() },
    });
    for (const { user_uuid } of members) {
      await projection.reviseMembership({ user_uuid, message_group_uuid }, [deleted]);
    }
    expect(meter.writeUnits).toBeLessThanOrEqual(1 + 3 * n);
  });
});
