import { randomUUID } from "node:crypto";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { createDevices } from "@cruddur/db/devices";
import { hashSkeleton } from "@cruddur/db/kept-handles";
import { createProfiles } from "@cruddur/db/profiles";
import { createPushSubscriptions } from "@cruddur/db/push-subscriptions";
import { TABLE_NAME } from "@cruddur/ddb/table";
import type { Member } from "@cruddur/ddb/types";
import { describe, expect, it } from "vitest";
import { type ErasureParts, erasePerson } from "../src/erase.ts";
import { eraseDuePeople } from "../src/erase-due-people.ts";
import type { ErasureNotice } from "../src/notices.ts";
import { collectTraces, findRemains } from "../src/remains.ts";
import { createPerson, type Stores, sendIn, sendTo, useStores } from "./support.ts";

const stores = useStores();

/** The parts of a run, and what it did outside of the stores. */
function createParts(from: Stores = stores) {
  const notices: ErasureNotice[] = [];
  const accounts: string[] = [];
  const parts: ErasureParts = {
    ...{ erasures: from.erasures, users: from.users, records: from.records },
    ...{ events: from.events, store: from.store },
    deleteAccount: async (sub) => void accounts.push(sub),
    awaitRequests: async () => {},
    publish: async (notice) => void notices.push(notice),
  };
  return { parts, notices, accounts };
}

/** Fails at the nth call of any part, as a process that is killed there. */
function failingAt(n: number, parts: ErasureParts): ErasureParts {
  let calls = 0;
  const guard = <Value extends object>(value: Value): Value =>
    new Proxy(value, {
      get(target, name) {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== "function") return method;
        return (...input: unknown[]) => {
          calls += 1;
          if (calls === n) throw new Error("killed");
          return (method as (...input: unknown[]) => unknown)(...input);
        };
      },
    });
  const { deleteAccount, publish, awaitRequests } = parts;
  return {
    ...{
      ...guard({ deleteAccount, publish, awaitRequests }),
      erasures: guard(parts.erasures),
      users: guard(parts.users),
    },
    ...{ records: guard(parts.records), events: guard(parts.events), store: guard(parts.store) },
  };
}

/** A person with a pair, a group of their own, reactions, a hidden message, blocks and audit events. */
async function createLife() {
  const me = await createPerson(stores, "secret");
  const [friend, third] = [
    await createPerson(stores, "friend"),
    await createPerson(stores, "third"),
  ];
  const { message_group_uuid: pair } = await sendTo(stores, me, friend, "secret words");
  const theirs = await sendIn(stores, friend, pair, "kept words");
  const on = { message_group_uuid: pair, message_uuid: theirs.uuid };
  const { user_uuid } = me;
  await stores.store.addReaction({ ...on, user_uuid, emoji: "👍", op_id: randomUUID() });
  await stores.store.hideMessage({ ...on, user_uuid });
  const group = randomUUID();
  const members = [me, friend, third];
  await stores.store.createMessageGroup({
    ...{ message_group_uuid: group, members, client_id: randomUUID() },
  });
  await sendIn(stores, me, group, "secret words for all");
  await stores.store.blockPerson({ blocker_uuid: user_uuid, blocked_uuid: third.user_uuid });
  const from = { address: "203.0.113.9", device: "Secret browser" };
  await stores.events.append({ event: "sign_in", outcome: "ok", user_uuid, ...from });
  const attempt = { event: "sign_in", outcome: "sign_in_failed", ...from } as const;
  await stores.events.append({ ...attempt, handle: me.handle.toUpperCase() });
  return { me, friend, third, pair, group };
}

/** A device that receives pushes, and a picture. */
async function addDevice({ user_uuid }: Member): Promise<void> {
  const session = { user_uuid, origin_jti: randomUUID() };
  const from = { address: "203.0.113.9", device: "Secret browser" };
  await createDevices(stores.db).recordUse(session, from, new Date());
  await createProfiles(stores.db).putAvatar(user_uuid, Buffer.from("a picture"));
  const keys = { p256dh: "key", auth: "auth" };
  const subscription = { endpoint: `https://push.example/${randomUUID()}`, ...keys };
  await createPushSubscriptions(stores.db).put(session, subscription);
}

/** All items of the table and all rows of Postgres, in lower case. */
async function dump(): Promise<string[]> {
  const held: string[] = [];
  const pages = paginateScan({ client: stores.client }, { TableName: TABLE_NAME });
  for await (const { Items = [] } of pages) held.push(...Items.map((item) => JSON.stringify(item)));
  const { rows } = await stores.postgres.pool.query<{ table_name: string }>(
    "select table_name from information_schema.tables where table_schema = 'public'",
  );
  for (const { table_name } of rows) {
    const all = await stores.postgres.pool.query<{ row: string }>(
      `select t::text as row from "${table_name}" t`,
    );
    held.push(...all.rows.map(({ row }) => `${table_name}: ${row}`));
  }
  return held.map((each) => each.toLowerCase());
}

/** What the table and Postgres hold of some texts, whatever their case. */
async function findTexts(...texts: readonly string[]): Promise<string[]> {
  const wanted = texts.map((text) => text.toLowerCase());
  return (await dump()).filter((each) => wanted.some((text) => each.includes(text)));
}

/** Every life has the same texts, so this holds only once all of them were erased. */
async function expectNothingOf(...people: readonly Member[]): Promise<void> {
  const own = people.flatMap(({ handle, display_name, user_uuid }) => [
    ...[handle, display_name, `#${user_uuid}`],
  ]);
  expect(await findTexts(...own, "secret words", "203.0.113.9", "Secret browser")).toEqual([]);
}

/** Previews are the stream's work; here the tombstones do it at once. */
async function project(message_group_uuid: string): Promise<void> {
  const { createProjection } = await import("@cruddur/ddb/projection");
  const projection = createProjection({ client: stores.client, tableName: TABLE_NAME });
  const { items } = await stores.store.listMessages({
    ...{ message_group_uuid, joined_after: null, limit: 100 },
  });
  for (const user_uuid of await stores.store.listMemberUuids({ message_group_uuid })) {
    for (const message of items) {
      await projection.reviseMembership({ user_uuid, message_group_uuid }, [message]);
    }
  }
}

describe("an erasure", () => {
  it("leaves no text, name, address or key of the person in the table and in Postgres", async () => {
    const { me, friend, third, pair, group } = await createLife();
    await addDevice(me);
    const { parts, notices, accounts } = createParts();
    const search = { table: { client: stores.client, tableName: TABLE_NAME }, db: stores.db };
    const traces = await collectTraces(search, me.user_uuid);
    const before = await findRemains(search, traces);
    const own = ["avatars", "push_subscriptions", "sessions", "users", "message", "membership"];
    expect([...before.found.keys()]).toEqual(expect.arrayContaining(own));
    await erasePerson(parts, me.user_uuid);
    for (const uuid of [pair, group]) await project(uuid);
    await expectNothingOf(me);
    expect([...(await findRemains(search, traces)).found]).toEqual([]);
    expect(accounts).toHaveLength(1);
    expect(notices[0]).toEqual({ type: "signed_out", user_uuid: me.user_uuid });
    expect(notices.at(-1)).toMatchObject({ type: "user", handle: me.handle });
    const membership = await stores.store.getMembership({
      ...{ user_uuid: friend.user_uuid, message_group_uuid: group },
    });
    const owners = await stores.store.getMemberships({
      ...{ message_group_uuid: group, user_uuids: [friend.user_uuid, third.user_uuid] },
    });
    expect(membership?.member_count).toBe(2);
    expect(owners.filter((each) => each.group?.role === "owner")).toHaveLength(1);
    expect(await findTexts("kept words")).not.toEqual([]);
    const events = await stores.events.list({ user_uuid: me.user_uuid, handle: "" }, 9);
    expect(events.map(({ event, address }) => [event, address])).toEqual([
      ["erasure", null],
      ["sign_in", null],
    ]);
  });

  it("that is killed at any call is complete after another run", async () => {
    const lives: Awaited<ReturnType<typeof createLife>>[] = [];
    for (let isKilled = true; isKilled; ) {
      const life = await createLife();
      lives.push(life);
      const { parts } = createParts();
      const run = erasePerson(failingAt(lives.length, parts), life.me.user_uuid);
      isKilled = await run.then(
        () => false,
        (error: Error) => error.message === "killed",
      );
      await erasePerson(parts, life.me.user_uuid);
      const { finished_at } = (await stores.erasures.find(life.me.user_uuid)) ?? {};
      expect(finished_at, `killed at call ${lives.length}`).toBeInstanceOf(Date);
    }
    expect(lives.length).toBeGreaterThan(20);
    for (const { pair, group } of lives) for (const uuid of [pair, group]) await project(uuid);
    await expectNothingOf(...lives.map(({ me }) => me));
  });

  it("also takes what others begin with the person while it runs", async () => {
    const { me, friend, third, pair, group } = await createLife();
    const { parts } = createParts();
    const begun = [pair, group];
    const erasures: ErasureParts["erasures"] = {
      ...parts.erasures,
      erasePerson: async (user_uuid) => {
        const stranger = await createPerson(stores, "stranger");
        const { message_group_uuid } = await sendTo(stores, stranger, me, "kept words");
        const ids = { message_group_uuid: randomUUID(), client_id: randomUUID() };
        await stores.store.createMessageGroup({ ...ids, members: [third, friend, me] });
        begun.push(message_group_uuid, ids.message_group_uuid);
        const block = { blocker_uuid: friend.user_uuid, blocked_uuid: user_uuid };
        await stores.store.blockPerson(block);
        await parts.erasures.erasePerson(user_uuid);
      },
    };
    await erasePerson({ ...parts, erasures }, me.user_uuid);
    for (const uuid of begun) await project(uuid);
    await expectNothingOf(me);
    const people = { blocker_uuid: friend.user_uuid, blocked_uuid: me.user_uuid };
    await stores.store.unblockPerson(people);
    const id = { user_uuid: friend.user_uuid, message_group_uuid: pair };
    expect(await stores.store.getMembership(id)).toMatchObject({ blocked: false, refused: true });
  });

  it("of everybody whose day has come takes those that were cut off, and nobody who is still waiting", async () => {
    const [due, waiting, cut] = [await createLife(), await createLife(), await createLife()];
    for (const { me } of [due, waiting, cut]) await stores.erasures.request(me.user_uuid);
    await stores.postgres.pool.query(
      "update erasures set due_at = now() - interval '1 hour' where user_uuid = $1",
      [due.me.user_uuid],
    );
    const { parts } = createParts();
    await expect(erasePerson(failingAt(9, parts), cut.me.user_uuid)).rejects.toThrow("killed");
    const { erased, failed } = await eraseDuePeople(parts);
    expect(failed).toEqual([]);
    expect(new Set(erased)).toEqual(new Set([due.me.user_uuid, cut.me.user_uuid]));
    expect(await stores.users.findUser(waiting.me.user_uuid)).not.toBeNull();
    expect(await stores.erasures.cancel(waiting.me.user_uuid)).toBe(true);
    expect(await stores.erasures.cancel(due.me.user_uuid)).toBe(false);
  });

  it("keeps the handle taken for a year, and stores no more of it than a hash", async () => {
    const { me } = await createLife();
    await erasePerson(createParts().parts, me.user_uuid);
    const { rows } = await stores.postgres.pool.query(
      "select handle, user_uuid, until > now() + interval '364 days' as long from kept_handles where skeleton_hash = $1",
      [hashSkeleton(me.handle)],
    );
    expect(rows).toEqual([{ handle: null, user_uuid: null, long: true }]);
    const isFree = await stores.users.isHandleFree({ handle: me.handle, email: "x@example.com" });
    expect(isFree).toBe(false);
  });

  it("is what alone lets the audit log forget who it was", async () => {
    const { me } = await createLife();
    const { user_uuid } = me;
    const forget = () =>
      stores.postgres.pool.query(
        "update security_events set handle = null, address = null, device = null where user_uuid = $1",
        [user_uuid],
      );
    await expect(forget()).rejects.toThrow("never changed");
    await stores.erasures.request(user_uuid);
    await expect(forget()).rejects.toThrow("never changed");
    await stores.erasures.start(user_uuid);
    await expect(
      stores.postgres.pool.query("update security_events set outcome = 'x' where user_uuid = $1", [
        user_uuid,
      ]),
    ).rejects.toThrow("never changed");
    await expect(forget()).resolves.toMatchObject({ rowCount: 1 });
  });
});
