import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { type Client, createClient, refusalOf } from "./support/client.ts";
import { erase } from "./support/erase.ts";
import { PASSWORD, signIn, useServer } from "./support/stack.ts";

const MANY = "100000/1";
const { stack, server } = useServer({
  ...{ LIMIT_LOOKUPS: MANY, LIMIT_SEARCHES: MANY, LIMIT_GROUPS: MANY, LIMIT_SENDS: MANY },
});

interface Person {
  uuid: string;
  handle: string;
  client: Client;
}
interface Other extends Person {
  message_group_uuid: string;
  message_uuid: string;
}

async function createPerson(name: string): Promise<Person> {
  const handle = `${name}-${randomUUID().slice(0, 8)}`;
  const email = `${handle}@example.com`;
  await stack.pool.createUser({ handle, display_name: name, email, password: PASSWORD });
  const { access_token, user } = await signIn(server, handle);
  return { uuid: user.uuid, handle, client: createClient(server.url, access_token) };
}

/** Who makes the calls, and a member of the caller's groups. */
let [me, third]: [Person, Person] = [] as unknown as [Person, Person];
let group: string;
/** People whom the caller has never written with, and people with whom there is a conversation. */
const strangers = {} as { blocking: Person; closed: Person; open: Person };
const partners = {} as { blocking: Other; erased: Other; usual: Other };

async function createPartner(name: string): Promise<Other> {
  const person = await createPerson(name);
  const draft = () => ({ message: "hello", client_id: createClientId() });
  const first = await me.client.messages.create.mutate({ handle: person.handle, ...draft() });
  await person.client.messages.create.mutate({ handle: me.handle, ...draft() });
  return { ...person, message_group_uuid: first.message_group_uuid, message_uuid: first.uuid };
}

beforeAll(async () => {
  [me, third] = await Promise.all([createPerson("me"), createPerson("third")]);
  const [blocking, closed, open] = await Promise.all([1, 2, 3].map(() => createPerson("stranger")));
  const [blocker, erased, usual] = await Promise.all([1, 2, 3].map(() => createPartner("partner")));
  if (!blocking || !closed || !open || !blocker || !erased || !usual) throw new Error("too few");
  Object.assign(strangers, { blocking, closed, open });
  Object.assign(partners, { blocking: blocker, erased, usual });
  const made = await me.client.messageGroups.create.mutate({
    ...{
      handles: [third.handle, (await createPerson("fourth")).handle],
      client_id: createClientId(),
    },
  });
  group = made.message_group_uuid;
  const nobody = {
    first_messages: "refused",
    group_additions: "nobody",
    searchable: false,
  } as const;
  await closed.client.users.update.mutate(nobody);
  for (const { client } of [blocking, blocker]) {
    await client.users.block.mutate({ user_uuid: me.uuid });
  }
  await erase(stack, erased.uuid);
  // Live events of all this may still make calls.
  let before = "";
  const isQuiet = async () => {
    const [now, last] = [JSON.stringify(await readCalls()), before];
    before = now;
    return now === last;
  };
  await vi.waitUntil(isQuiet, { timeout: 5_000, interval: 100 });
});

/** How often the server has called the table, by the operation and its outcome. */
async function readCalls(): Promise<Record<string, number>> {
  const page = await (await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)).text();
  const lines = page.matchAll(/^cruddur_dynamodb_seconds_count(\S*) (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, kind = "", count]) => [kind, Number(count)]));
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** What the caller sees of a call: its answer or its refusal, without who it is about, and its calls of the table. */
async function observe(call: () => Promise<unknown>, about: Person) {
  // The first one fills the server's caches.
  await call().catch(() => {});
  const before = await readCalls();
  const seen = await call().then(
    (answer) => ({ answer }),
    (error: unknown) => refusalOf(Promise.reject(error)),
  );
  const after = await readCalls();
  const calls = Object.entries(after).flatMap(([kind, count]) => {
    const made = count - (before[kind] ?? 0);
    return made === 0 ? [] : [`${made} ${kind}`];
  });
  const text = JSON.stringify(seen).replaceAll(about.handle, "HANDLE");
  return { seen: text.replace(UUID, "UUID").replace(TIME, "TIME"), calls };
}

const draft = () => ({ message: "hello", client_id: createClientId() });

describe("somebody who is blocked by a person they have never written with", () => {
  /** What is refused, and what is answered as for anybody. */
  const refused: Record<string, (to: Person) => Promise<unknown>> = {
    "messages.create": ({ handle }) => me.client.messages.create.mutate({ handle, ...draft() }),
    "messageGroups.create": ({ handle }) =>
      me.client.messageGroups.create.mutate({
        ...{ handles: [handle, third.handle], client_id: createClientId() },
      }),
    "messageGroups.add": ({ handle }) =>
      me.client.messageGroups.add.mutate({
        ...{ message_group_uuid: group, handles: [handle], op_id: randomUUID() },
      }),
  };
  const answered: Record<string, (to: Person) => Promise<unknown>> = {
    "users.short": ({ handle }) => me.client.users.short.query({ handle }),
    "users.profile": ({ uuid }) => me.client.users.profile.query({ user_uuid: uuid }),
    "users.avatars": ({ uuid }) => me.client.users.avatars.query({ user_uuids: [uuid] }),
    "users.blocked": () => me.client.users.blocked.query({}),
    "messageGroups.list": () => me.client.messageGroups.list.query({}),
  };

  test.each(Object.keys(refused))(
    "is refused by %s as by somebody who is open to nobody",
    async (path) => {
      const call = refused[path] as (to: Person) => Promise<unknown>;
      const blocked = await observe(() => call(strangers.blocking), strangers.blocking);
      expect(blocked.seen).toBe('{"status":403,"app_code":"cannot_message"}');
      expect(await observe(() => call(strangers.closed), strangers.closed)).toEqual(blocked);
    },
  );

  test.each(Object.keys(answered))("is answered by %s as anybody is", async (path) => {
    const call = answered[path] as (to: Person) => Promise<unknown>;
    const blocked = await observe(() => call(strangers.blocking), strangers.blocking);
    expect(blocked.seen).toContain('"answer"');
    for (const other of [strangers.closed, strangers.open]) {
      expect(await observe(() => call(other), other)).toEqual(blocked);
    }
  });

  test("doesn't find them, as somebody who can't be searched for", async () => {
    const search = (to: Person) => () => me.client.users.search.query({ query: to.handle });
    const blocked = await observe(search(strangers.blocking), strangers.blocking);
    expect(await observe(search(strangers.closed), strangers.closed)).toEqual(blocked);
  });
});

describe("somebody who is blocked in a conversation", () => {
  const change = ({ message_group_uuid, message_uuid }: Other) => ({
    ...{ message_group_uuid, message_uuid, op_id: randomUUID() },
  });
  const refused: Record<string, (to: Other) => Promise<unknown>> = {
    "messages.create": ({ message_group_uuid }) =>
      me.client.messages.create.mutate({ message_group_uuid, ...draft() }),
    "messages.edit": (to) => me.client.messages.edit.mutate({ ...change(to), message: "other" }),
    "messages.react": (to) => me.client.messages.react.mutate({ ...change(to), emoji: "👍" }),
  };
  const answered: Record<string, (to: Other) => Promise<unknown>> = {
    "messageGroups.get": async (to) => {
      const { members, ...detail } = await me.client.messageGroups.get.query(to);
      // Their order follows from their uuids.
      return { ...detail, members: members.sort((a, b) => (a.handle < b.handle ? -1 : 1)) };
    },
    "messages.list": (to) => me.client.messages.list.query(to),
    "messages.get": (to) => me.client.messages.get.query(to),
    "users.short": ({ handle }) => me.client.users.short.query({ handle }),
    "users.profile": ({ uuid }) => me.client.users.profile.query({ user_uuid: uuid }),
    "users.avatars": ({ uuid }) => me.client.users.avatars.query({ user_uuids: [uuid] }),
  };

  /** Their live events make calls of the table after the answer. */
  const changes: Record<string, (to: Other) => Promise<unknown>> = {
    "messages.typing": (to) => me.client.messages.typing.mutate(to),
    "messages.unreact": (to) => me.client.messages.unreact.mutate({ ...change(to), emoji: "👍" }),
    "messageGroups.markRead": (to) => me.client.messageGroups.markRead.mutate(to),
  };

  test.each(Object.keys(refused))(
    "is refused by %s as in one with an erased account",
    async (path) => {
      const call = refused[path] as (to: Other) => Promise<unknown>;
      const blocked = await observe(() => call(partners.blocking), partners.blocking);
      expect(blocked.seen).toBe('{"status":403,"app_code":"cannot_message"}');
      expect(await observe(() => call(partners.erased), partners.erased)).toEqual(blocked);
    },
  );

  test.each(Object.keys(answered))("is answered by %s as in any other", async (path) => {
    const call = answered[path] as (to: Other) => Promise<unknown>;
    const blocked = await observe(() => call(partners.blocking), partners.blocking);
    expect(blocked.seen).toContain('"answer"');
    expect(await observe(() => call(partners.usual), partners.usual)).toEqual(blocked);
  });

  test.each(Object.keys(changes))("can call %s as in any other", async (path) => {
    const call = changes[path] as (to: Other) => Promise<unknown>;
    const blocked = await observe(() => call(partners.blocking), partners.blocking);
    expect(blocked.seen).toContain('"answer"');
    const usual = await observe(() => call(partners.usual), partners.usual);
    expect(usual.seen).toBe(blocked.seen);
  });
});
