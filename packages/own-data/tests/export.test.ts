import { randomUUID } from "node:crypto";
import { createProfiles } from "@cruddur/db/profiles";
import { describe, expect, it } from "vitest";
import { exportLines } from "../src/export.ts";
import type { ExportCheckpoint, ExportLine } from "../src/export-line.ts";
import { createPerson, sendIn, sendTo, useStores } from "./support.ts";

const stores = useStores();

async function collect(lines: AsyncIterable<ExportLine>): Promise<ExportLine[]> {
  const all: ExportLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

const ofType = <Type extends ExportLine["type"]>(lines: readonly ExportLine[], type: Type) =>
  lines.filter((line): line is Extract<ExportLine, { type: Type }> => line.type === type);

const textsOf = (lines: readonly ExportLine[]) =>
  ofType(lines, "message").flatMap(({ message, system_kind }) => (system_kind ? [] : message));

describe("an export", () => {
  it("has profile, settings, blocks, conversations, messages and reactions, and ends with their numbers", async () => {
    const [me, other] = [await createPerson(stores, "me"), await createPerson(stores, "other")];
    const first = await sendTo(stores, me, other, "one");
    const { message_group_uuid } = first;
    const second = await sendIn(stores, other, message_group_uuid, "two");
    const on = { message_group_uuid, message_uuid: second.uuid, op_id: randomUUID() };
    await stores.store.addReaction({ ...on, user_uuid: me.user_uuid, emoji: "👍" });
    const blocked = await createPerson(stores, "blocked");
    const block = { blocker_uuid: me.user_uuid, blocked_uuid: blocked.user_uuid };
    await stores.store.blockPerson(block);
    const lines = await collect(exportLines(stores, me.user_uuid));
    expect(ofType(lines, "profile")).toMatchObject([{ uuid: me.user_uuid, handle: me.handle }]);
    expect(ofType(lines, "settings")).toMatchObject([{ read_receipts: true }]);
    expect(ofType(lines, "blocked")).toMatchObject([{ handle: blocked.handle }]);
    const [conversation] = ofType(lines, "conversation");
    expect(conversation?.members.map(({ handle }) => handle).sort()).toEqual(
      [me.handle, other.handle].sort(),
    );
    expect(textsOf(lines)).toEqual(["one", "two"]);
    expect(ofType(lines, "message")[1]).toMatchObject({
      from: { handle: other.handle },
      reactions: [{ user_uuid: me.user_uuid, emoji: "👍" }],
    });
    expect(lines.at(-1)).toEqual({ type: "end", conversations: 1, messages: 2 });
  });

  it("has picture, earlier handles, sessions, passkeys, browsers with push, reports and the audit log", async () => {
    const [me, other] = [await createPerson(stores, "me"), await createPerson(stores, "other")];
    const { user_uuid } = me;
    const { pool } = stores.postgres;
    await createProfiles(stores.db).putAvatar(user_uuid, Buffer.from("a picture"));
    await pool.query(
      `insert into kept_handles (skeleton_hash, handle, user_uuid, until) values ($2, $3, $1, now())`,
      [user_uuid, randomUUID(), `earlier-${me.handle}`],
    );
    await pool.query(
      `insert into email_changes (user_uuid, email, code_hash, expires_at) values ($1, 'new@example.com', 'hash', now())`,
      [user_uuid],
    );
    await pool.query(
      `insert into sessions (origin_jti, user_uuid, device, address) values ($2, $1, 'My browser', '203.0.113.9')`,
      [user_uuid, randomUUID()],
    );
    await pool.query(
      `insert into passkeys (credential_id, user_uuid, device) values ($2, $1, 'My phone')`,
      [user_uuid, randomUUID()],
    );
    await pool.query(
      `insert into push_subscriptions (endpoint, user_uuid, origin_jti, p256dh, auth) values ($2, $1, 'x', 'x', 'x')`,
      [user_uuid, `https://push.example/${user_uuid}`],
    );
    await pool.query(
      `insert into reports (reporter_uuid, user_uuid, reason, evidence) values ($1, $2, 'spam', '[{"message":"not mine"}]')`,
      [user_uuid, other.user_uuid],
    );
    await stores.erasures.request(user_uuid);
    await stores.events.append({
      event: "sign_in",
      outcome: "ok",
      user_uuid,
      device: "My browser",
    });
    const lines = await collect(exportLines(stores, user_uuid));
    const texts = lines.map((line) => JSON.stringify(line));
    expect(ofType(lines, "avatar")[0]?.jpeg_base64).toBe(btoa("a picture"));
    expect(ofType(lines, "earlier_handle")).toMatchObject([{ handle: `earlier-${me.handle}` }]);
    expect(ofType(lines, "email_change")).toMatchObject([{ email: "new@example.com" }]);
    expect(ofType(lines, "session")).toMatchObject([
      { device: "My browser", address: "203.0.113.9" },
    ]);
    expect(ofType(lines, "passkey")).toMatchObject([{ device: "My phone" }]);
    expect(ofType(lines, "push_subscription")).toHaveLength(1);
    expect(ofType(lines, "report")).toMatchObject([
      { reason: "spam", about: { handle: other.handle } },
    ]);
    expect(ofType(lines, "erasure")).toHaveLength(1);
    expect(ofType(lines, "security_event")).toMatchObject([{ event: "sign_in" }]);
    expect(texts.join()).not.toContain("not mine");
    expect(texts.join()).not.toMatch(/code_hash|p256dh|origin_jti/);
  });

  it("holds only what the person can read: nothing from before they joined, nothing that they hid", async () => {
    const [owner, me] = [await createPerson(stores, "owner"), await createPerson(stores, "me")];
    const third = await createPerson(stores, "third");
    const message_group_uuid = randomUUID();
    const group = { message_group_uuid, members: [owner, third], client_id: randomUUID() };
    await stores.store.createMessageGroup(group);
    await sendIn(stores, owner, message_group_uuid, "before");
    const op_id = randomUUID();
    const user_uuids = [me.user_uuid];
    await stores.store.addMembers({ message_group_uuid, actor: owner, op_id, user_uuids });
    await sendIn(stores, owner, message_group_uuid, "after");
    const hidden = await sendIn(stores, owner, message_group_uuid, "hidden");
    const id = { message_group_uuid, message_uuid: hidden.uuid };
    await stores.store.hideMessage({ ...id, user_uuid: me.user_uuid });
    expect(textsOf(await collect(exportLines(stores, me.user_uuid)))).toEqual(["after"]);
    expect(textsOf(await collect(exportLines(stores, third.user_uuid)))).toEqual([
      ...["before", "after", "hidden"],
    ]);
  });

  it("reads no more of a group once the person is removed from it, however slowly it is received", async () => {
    const [owner, me] = [await createPerson(stores, "owner"), await createPerson(stores, "me")];
    const third = await createPerson(stores, "third");
    const message_group_uuid = randomUUID();
    const group = { message_group_uuid, members: [owner, me, third], client_id: randomUUID() };
    await stores.store.createMessageGroup(group);
    const texts = Array.from({ length: 101 }, (_, index) => `text ${index}`);
    await Promise.all(texts.map((text) => sendIn(stores, owner, message_group_uuid, text)));
    const lines: ExportLine[] = [];
    for await (const line of exportLines(stores, me.user_uuid)) {
      if (line.type === "message" && ofType(lines, "message").length === 0) {
        const removal = { message_group_uuid, actor: owner, op_id: randomUUID() };
        await stores.store.removeMember({ ...removal, user_uuid: me.user_uuid });
        await sendIn(stores, owner, message_group_uuid, "secret");
      }
      lines.push(line);
    }
    expect(textsOf(lines).length).toBeGreaterThan(90);
    expect(textsOf(lines)).not.toContain("secret");
  });

  it("that was cut off after any checkpoint goes on to the same lines, each once", async () => {
    const me = await createPerson(stores, "me");
    for (let count = 0; count < 3; count += 1) {
      const other = await createPerson(stores, "other");
      const { message_group_uuid } = await sendTo(stores, me, other, `first ${count}`);
      const more = Array.from({ length: count === 1 ? 120 : 1 }, (_, index) => index);
      await Promise.all(
        more.map((index) => sendIn(stores, me, message_group_uuid, `text ${index}`)),
      );
    }
    const whole = await collect(exportLines(stores, me.user_uuid));
    const checkpoints = ofType(whole, "checkpoint");
    expect(checkpoints.some(({ message_uuid }) => message_uuid !== null)).toBe(true);
    for (const checkpoint of checkpoints) {
      const rest = await collect(exportLines(stores, me.user_uuid, checkpoint));
      expect(rest).toEqual(whole.slice(whole.indexOf(checkpoint) + 1));
    }
  });

  it("reads no page before the one before it was taken", async () => {
    const [me, other] = [await createPerson(stores, "me"), await createPerson(stores, "other")];
    const { message_group_uuid } = await sendTo(stores, me, other, "first");
    const texts = Array.from({ length: 250 }, (_, index) => `text ${index}`);
    // A busy machine does not answer 250 sends at once within the time limit of a request.
    while (texts.length > 0) {
      const some = texts.splice(0, 25);
      await Promise.all(some.map((text) => sendIn(stores, me, message_group_uuid, text)));
    }
    let pages = 0;
    const listMessages: typeof stores.store.listMessages = (input) => {
      pages += 1;
      return stores.store.listMessages(input);
    };
    const source = { ...stores, store: { ...stores.store, listMessages } };
    let taken = 0;
    let last: ExportCheckpoint | undefined;
    for await (const line of exportLines(source, me.user_uuid)) {
      if (line.type === "message") taken += 1;
      if (line.type === "checkpoint") last = line;
      expect(pages).toBeLessThanOrEqual(Math.floor(taken / 100) + 1);
    }
    expect({ pages, messages: last?.messages }).toEqual({ pages: 3, messages: 251 });
  });
});
