import { randomUUID } from "node:crypto";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { describe, expect, it } from "vitest";
import type { SendPermission } from "../src/access-patterns/send-message.ts";
import { createDynamoDbClient } from "../src/client.ts";
import { meterCapacity } from "../src/consumed-capacity.ts";
import { createMessagesStore } from "../src/store.ts";
import type { StoredMessage } from "../src/types.ts";
import {
  historyOf,
  interpose,
  membershipOf,
  person,
  send,
  startPair,
  useTable,
} from "./support.ts";

const table = useTable();

/** Keys of a person's send claims and of a message group's messages, as stored. */
async function keysOf(user_uuid: string, message_group_uuid: string): Promise<string[]> {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }));
  const pks = [`CLM#${user_uuid}`, `MSG#${message_group_uuid}`];
  return Items.map(({ pk }) => pk?.S ?? "").filter((pk) => pks.includes(pk));
}

/** A pair with one message of `b`, and a draft of `a` to it. */
async function createDraft(now?: () => number) {
  const store = table.createStore(now && { now });
  const [a, b] = [person("a"), person("b")];
  const { message_group_uuid } = await startPair(store, [b, a]);
  const membership = await membershipOf(store, a, message_group_uuid);
  const draft = { sender: a, client_id: randomUUID(), message: "hello" };
  return { a, b, message_group_uuid, membership, draft };
}

/** Runs `act` once, right before the first command of a kind reaches the table. */
function storeThatActsBefore(kind: string, act: () => Promise<unknown>, now = Date.now) {
  let done = false;
  const client = interpose(table.client, async (command) => {
    if (done || command.constructor.name !== kind) return;
    done = true;
    await act();
  });
  return createMessagesStore({ client, now });
}

describe("a send whose permission is on its way", () => {
  it("stores no message before the permission is there", async () => {
    const { a, message_group_uuid, membership, draft } = await createDraft();
    let permit = (_: SendPermission) => {};
    const permission = new Promise<SendPermission>((resolve) => {
      permit = resolve;
    });
    const sending = table.createStore().sendMessage({ ...draft, message_group_uuid, permission });
    await expect
      .poll(() => keysOf(a.user_uuid, message_group_uuid))
      .toEqual(expect.arrayContaining([`CLM#${a.user_uuid}`]));
    expect(await historyOf(table.createStore(), message_group_uuid)).toHaveLength(1);
    permit({ membership });
    expect(await sending).toMatchObject({ message: "hello" });
    expect(await historyOf(table.createStore(), message_group_uuid)).toHaveLength(2);
  });

  it("that is refused leaves nothing behind, for at most 5 write units", async () => {
    const { a, message_group_uuid, draft } = await createDraft();
    const client = createDynamoDbClient({ endpoint: table.endpoint });
    const meter = meterCapacity(client);
    const before = await keysOf(a.user_uuid, message_group_uuid);
    const permission = Promise.reject(new AppError("not_a_member"));
    const sending = createMessagesStore({ client }).sendMessage({
      ...{ ...draft, message_group_uuid, permission },
    });
    await expect(sending).rejects.toMatchObject({ code: "not_a_member" });
    expect(meter.writeUnits).toBeLessThanOrEqual(5);
    expect(await keysOf(a.user_uuid, message_group_uuid)).toEqual(before);
    client.destroy();
  });

  it("that is refused leaves the claim of an earlier attempt that is still on its way", async () => {
    const { a, message_group_uuid, membership, draft } = await createDraft();
    const store = table.createStore();
    let permit = (_: SendPermission) => {};
    const permission = new Promise<SendPermission>((resolve) => {
      permit = resolve;
    });
    const first = store.sendMessage({ ...draft, message_group_uuid, permission });
    const keys = () => keysOf(a.user_uuid, message_group_uuid);
    await expect.poll(keys).toContain(`CLM#${a.user_uuid}`);
    const refusal = Promise.reject(new AppError("not_a_member"));
    const repeat = store.sendMessage({ ...draft, message_group_uuid, permission: refusal });
    await expect(repeat).rejects.toMatchObject({ code: "not_a_member" });
    expect(await keys()).toContain(`CLM#${a.user_uuid}`);
    permit({ membership });
    expect(await store.sendMessage({ ...draft, membership })).toEqual(await first);
    expect(await historyOf(store, message_group_uuid)).toHaveLength(2);
  });

  it("that the membership refuses leaves nothing behind: blocked, over the limit, an answer to no message", async () => {
    const { a, message_group_uuid, membership, draft } = await createDraft();
    const before = await keysOf(a.user_uuid, message_group_uuid);
    const refuse = async (changes: object, reply?: string) => {
      const input = { ...draft, membership: { ...membership, ...changes } };
      const sending = table
        .createStore()
        .sendMessage({ ...input, ...(reply && { reply_to: reply }) });
      const code = await sending.then(
        () => "stored",
        (error: AppError) => error.code,
      );
      expect(await keysOf(a.user_uuid, message_group_uuid)).toEqual(before);
      return code;
    };
    expect(await refuse({ blocked: true })).toBe("cannot_message");
    expect(await refuse({ refused: true })).toBe("cannot_message");
    expect(await refuse({}, "01900000-0000-7000-8000-000000000000")).toBe("message_not_found");
    const full = await createDraft();
    const [x, y] = [person("x"), person("y")];
    const ask = () =>
      table.createStore().sendToPerson({
        ...{ sender: x, receiver: y, client_id: randomUUID(), message: "?", firstMessage: "inbox" },
      });
    const { message_group_uuid: asked } = await ask();
    await ask();
    await ask();
    const after = await keysOf(x.user_uuid, asked);
    await expect(ask()).rejects.toMatchObject({ code: "request_limit_reached" });
    expect(await keysOf(x.user_uuid, asked)).toEqual(after);
    expect(full.membership.request_messages).toBeNull();
  });

  it("with the client_id of another conversation answers a blocked sender with a refusal, not with that message", async () => {
    const { a, membership, draft } = await createDraft();
    const elsewhere = await startPair(table.createStore(), [a, person("c")]);
    const { client_id } = elsewhere;
    const blocked = { ...membership, refused: true };
    const sending = table.createStore().sendMessage({ ...draft, client_id, membership: blocked });
    await expect(sending).rejects.toMatchObject({ code: "client_id_reused" });
  });
});

describe("a message that has to move behind a newer one", () => {
  const NOW = 1_700_000_000_000;
  const behind = () => NOW - 30_000;

  it("is stored once when a repeat has stored it in the first place", async () => {
    const { draft, membership, message_group_uuid } = await createDraft(() => NOW);
    let theirs: StoredMessage | undefined;
    // The repeat reads the claim, and finds no newer message.
    const repeat = { ...draft, membership: { ...membership, last_message: null } };
    const store = storeThatActsBefore(
      "TransactWriteItemsCommand",
      async () => {
        theirs = await table.createStore({ now: behind }).sendMessage(repeat);
      },
      behind,
    );
    const ours = await store.sendMessage({ ...draft, membership });
    expect(ours).toEqual(theirs);
    expect(await historyOf(table.createStore(), message_group_uuid)).toHaveLength(2);
  });

  it("is stored once when a repeat has read the place that it had before", async () => {
    const { draft, membership, message_group_uuid } = await createDraft(() => NOW);
    const first: { sent?: Promise<StoredMessage>; release?: () => void } = {};
    const moving = storeThatActsBefore(
      "TransactWriteItemsCommand",
      () => new Promise<void>((resolve) => (first.release = resolve)),
      behind,
    );
    first.sent = moving.sendMessage({ ...draft, membership });
    await expect.poll(() => first.release).toBeDefined();
    const repeating = storeThatActsBefore("TransactWriteItemsCommand", async () => {
      first.release?.();
      await first.sent;
    });
    const repeated = await repeating.sendMessage({ ...draft, membership });
    expect(repeated).toEqual(await first.sent);
    expect(Date.parse(repeated.created_at)).toBeGreaterThan(NOW);
    expect(await historyOf(table.createStore(), message_group_uuid)).toHaveLength(2);
  });

  it("keeps its claim when a repeat has stored it while the first attempt was refused", async () => {
    const { draft, membership, message_group_uuid } = await createDraft();
    const refused = storeThatActsBefore("TransactWriteItemsCommand", () =>
      table.createStore().sendMessage({ ...draft, membership }),
    );
    const sending = refused.sendMessage({ ...draft, membership: { ...membership, refused: true } });
    await expect(sending).rejects.toMatchObject({ code: "cannot_message" });
    await table.createStore().sendMessage({ ...draft, membership });
    expect(await historyOf(table.createStore(), message_group_uuid)).toHaveLength(2);
  });

  it("costs what a message costs where none is newer", async () => {
    const { a, message_group_uuid } = await createDraft();
    const client = createDynamoDbClient({ endpoint: table.endpoint });
    const store = createMessagesStore({ client });
    await send(store, a, message_group_uuid, "one");
    const meter = meterCapacity(client);
    await send(store, a, message_group_uuid, "two");
    expect([meter.writeUnits, meter.readUnits, meter.calls.length]).toEqual([2, 1, 3]);
    client.destroy();
  });
});
