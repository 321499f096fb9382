import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory } from "@cruddur/contract/ids";
import { GROUP_NAME_MAX_BYTES } from "@cruddur/contract/limits";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDynamoDbClient } from "../src/client.ts";
import { type CapacityMeter, meterCapacity } from "../src/consumed-capacity.ts";
import { toMembershipItem } from "../src/items/membership-item.ts";
import { createMessagesStore, type MessagesStore } from "../src/store.ts";
import { at, createGroup, people, sizeOf, useTable } from "./support.ts";

const table = useTable();
let client: DynamoDBClient;
let meter: CapacityMeter;
let store: MessagesStore;
/** How many items the last transaction had. */
let items = 0;
beforeAll(() => {
  client = createDynamoDbClient({ endpoint: table.endpoint });
  meter = meterCapacity(client);
  client.middlewareStack.add(
    (next) => async (args) => {
      const { TransactItems } = args.input as { TransactItems?: unknown[] };
      items = TransactItems?.length ?? items;
      return next(args);
    },
    { step: "initialize", name: "countItems" },
  );
  store = createMessagesStore({ client });
});
afterAll(() => client.destroy());

describe("write units of the table, each item twice because it is written in a transaction", () => {
  it.each([3, 20, 49])(
    "of a change of a group of %i are at most 2n + 4, or 2n + 6 where one leaves",
    async (n) => {
      const { by, members } = await createGroup(table.createStore(), n);
      const third = at(members, 2).user_uuid;
      const changes: [members: number, leaving: 0 | 1, change: () => Promise<unknown>][] = [
        [n + 1, 0, () => store.addMembers({ ...by(1), user_uuids: [randomUUID()] })],
        [n + 1, 1, () => store.removeMember({ ...by(0), user_uuid: third })],
        [n, 0, () => store.renameGroup({ ...by(1), name: "Team" })],
        [n, 0, () => store.makeOwner({ ...by(0), user_uuid: at(members, 1).user_uuid })],
        [n, 1, () => store.leaveGroup(by(1))],
      ];
      for (const [count, leaving, change] of changes) {
        meter.reset();
        await change();
        expect(2 * items).toBeLessThanOrEqual(2 * (count + leaving) + 4);
        // Each membership that is kept moves to the top of an inbox: two units of that index.
        expect(meter.writeUnits).toBeLessThanOrEqual(4 * count + 8);
      }
    },
  );

  it.each([3, 50])(
    "of making a group of %i are at most 2n + 4, and 4n + 8 with its indexes",
    async (n) => {
      meter.reset();
      const group = { message_group_uuid: randomUUID(), client_id: randomUUID() };
      await store.createMessageGroup({ ...group, members: people(n), name: "Team" });
      expect(2 * items).toBe(2 * n + 4);
      expect(meter.writeUnits).toBeLessThanOrEqual(4 * n + 8);
    },
  );
});

it("a membership of a group stays one write unit with the longest name in letters", () => {
  const uuid = createMessageUuidFactory()();
  const item = toMembershipItem({
    ...{ user_uuid: randomUUID(), message_group_uuid: randomUUID(), member_count: 50 },
    ...{ unread_count: 999, read_message_uuid: uuid },
    last_message: { uuid, user_uuid: randomUUID(), message: "x".repeat(1_000), revision: 3 },
    group: {
      ...{ name: "x".repeat(50), role: "owner", joined_after: uuid },
      some_members: [randomUUID(), randomUUID(), randomUUID()],
      joined_at: new Date().toISOString(),
    },
  });
  expect(sizeOf(item)).toBeLessThanOrEqual(1_024);
  expect(GROUP_NAME_MAX_BYTES).toBeLessThanOrEqual(120);
});
