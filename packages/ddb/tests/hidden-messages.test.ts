import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDynamoDbClient } from "../src/client.ts";
import { type CapacityMeter, meterCapacity } from "../src/consumed-capacity.ts";
import { createProjection } from "../src/projection.ts";
import { createMessagesStore, type MessagesStore } from "../src/store.ts";
import { membershipOf, person, send, startPair, useTable } from "./support.ts";

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

async function startConversation() {
  const [a, b] = [person("a"), person("b")];
  const first = await startPair(store, [a, b]);
  const { message_group_uuid } = first;
  const others = [];
  for (const text of ["two", "three"]) others.push(await send(store, a, message_group_uuid, text));
  const messages = [first, ...others] as [typeof first, typeof first, typeof first];
  const ofA = { user_uuid: a.user_uuid, message_group_uuid };
  const ofB = { user_uuid: b.user_uuid, message_group_uuid };
  const hide = (of: typeof ofA, index: 0 | 1 | 2) =>
    store.hideMessage({ ...of, message_uuid: messages[index].uuid });
  const hiddenFor = (of: typeof ofA) =>
    store.listHiddenMessages({ ...of, from: first.uuid, until: messages[2].uuid });
  return { a, b, ofA, ofB, messages, hide, hiddenFor };
}

describe("a hidden message", () => {
  it("is hidden from one member alone, once however often it is hidden", async () => {
    const { a, b, ofA, ofB, messages, hide, hiddenFor } = await startConversation();
    for (const index of [1, 2, 1, 1] as const) await hide(ofB, index);
    expect(await hiddenFor(ofB)).toEqual([messages[1].uuid, messages[2].uuid]);
    expect(await hiddenFor(ofA)).toEqual([]);
    const { message_group_uuid } = ofA;
    // An older message that is hidden later leaves the newest one in place.
    expect(await membershipOf(store, b, message_group_uuid)).toMatchObject({
      newest_hidden_uuid: messages[2].uuid,
    });
    expect(await membershipOf(store, a, message_group_uuid)).not.toHaveProperty(
      "newest_hidden_uuid",
    );
  });

  it("is found in the range that is asked for, and not in another conversation of the same person", async () => {
    const { b, ofB, messages, hide } = await startConversation();
    const other = await startPair(store, [b, person("c")]);
    await hide(ofB, 1);
    await store.hideMessage({
      ...ofB,
      message_group_uuid: other.message_group_uuid,
      message_uuid: other.uuid,
    });
    const list = (from: string, until: string) => store.listHiddenMessages({ ...ofB, from, until });
    expect(await list(messages[0].uuid, messages[0].uuid)).toEqual([]);
    expect(await list(messages[2].uuid, other.uuid)).toEqual([]);
    expect(await list(messages[0].uuid, other.uuid)).toEqual([messages[1].uuid]);
  });

  it("stays hidden after an edit, a rebuild and newer messages", async () => {
    const { a, ofA, ofB, messages, hide } = await startConversation();
    const projection = createProjection({ client });
    await projection.updateMembership(ofB, [messages[1], messages[2]]);
    await hide(ofB, 2);
    const change = { ...ofA, message_uuid: messages[2].uuid, op_id: randomUUID() };
    const edited = await store.editMessage({ ...change, message: "edited" });
    await projection.reviseMembership(ofB, [edited]);
    const inboxOfB = async () =>
      (await store.listInbox({ user_uuid: ofB.user_uuid, limit: 5 })).items[0];
    expect(await inboxOfB()).toMatchObject({ newest_hidden_uuid: messages[2].uuid });
    const next = await send(store, a, ofA.message_group_uuid, "next");
    await projection.updateMembership(ofB, [next]);
    expect(await inboxOfB()).toMatchObject({
      newest_hidden_uuid: messages[2].uuid,
      last_message: { uuid: next.uuid },
    });
  });

  it("is refused where there is no such message, or no membership", async () => {
    const { ofB, messages, hide } = await startConversation();
    const stranger = { ...ofB, user_uuid: randomUUID() };
    await expect(hide(stranger, 0)).rejects.toMatchObject({ code: "not_a_member" });
    const unknown = messages[0].uuid.replace(/.{12}$/, "0".repeat(12));
    await expect(store.hideMessage({ ...ofB, message_uuid: unknown })).rejects.toMatchObject({
      code: "message_not_found",
    });
  });

  it("costs 1 read unit and at most 3 write units", async () => {
    const { ofB, hide } = await startConversation();
    meter.reset();
    await hide(ofB, 2);
    expect([meter.readUnits, meter.writeUnits]).toEqual([1, 3]);
    meter.reset();
    await hide(ofB, 1);
    expect(meter.writeUnits).toBeLessThanOrEqual(3);
  });
});
