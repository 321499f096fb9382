import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { MUTED_FOR_GOOD } from "@cruddur/contract/limits";
import type { LiveEvent } from "@cruddur/contract/live-events";
import { createProjection } from "@cruddur/ddb/projection";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, createClient, refusalOf } from "./support/client.ts";
import { signIn, type TestServer, untilHealthy, useStack } from "./support/stack.ts";

/** Two servers: what one of them does must reach people who are connected to the other. */
const stack = useStack();
let servers: TestServer[];

/** People whom nobody has written to, new for each test. */
type Name = "andrew" | "bayko" | "londo";
const people = new Map<Name, { uuid: string; handle: string; client: Client }>();
const open: { unsubscribe(): void }[] = [];
const PASSWORD = "stranger-password-1";

beforeAll(async () => {
  servers = await Promise.all([stack.start(), stack.start()]);
  await Promise.all(servers.map(untilHealthy));
});
beforeEach(async () => {
  const suffix = randomUUID().slice(0, 8);
  const names: Name[] = ["andrew", "bayko", "londo"];
  await Promise.all(
    names.map(async (name, index) => {
      const handle = `${name}-${suffix}`;
      const email = `${handle}@example.com`;
      await stack.pool.createUser({ handle, display_name: name, email, password: PASSWORD });
      const server = servers[index % 2] as TestServer;
      const { access_token, user } = await signIn(server, handle, PASSWORD);
      people.set(name, { uuid: user.uuid, handle, client: createClient(server.url, access_token) });
    }),
  );
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.unsubscribe();
});

function person(name: Name) {
  const found = people.get(name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}
const as = (name: Name): Client => person(name).client;
const send = (from: Name, to: Name, message = "hello") =>
  as(from).messages.create.mutate({
    handle: person(to).handle,
    message,
    client_id: createClientId(),
  });

/** Listens as a person, until the test ends. */
async function listen(name: Name): Promise<LiveEvent[]> {
  const events: LiveEvent[] = [];
  open.push(
    as(name).live.events.subscribe(undefined, { onData: ({ data }) => void events.push(data) }),
  );
  await expect.poll(() => events.map(({ type }) => type)).toContain("ready");
  return events;
}

describe("a stranger's first message", () => {
  test("arrives in the inbox as a request, which is accepted by an answer", async () => {
    const { message_group_uuid } = await send("andrew", "bayko");
    const request = async (name: Name) =>
      (await as(name).messageGroups.get.query({ message_group_uuid })).request;
    expect([await request("bayko"), await request("andrew")]).toEqual(["received", "sent"]);
    const { items } = await as("bayko").messageGroups.list.query({});
    expect(items.map(({ uuid }) => uuid)).toContain(message_group_uuid);
    const [andrew, bayko] = await Promise.all([listen("andrew"), listen("bayko")]);
    await send("bayko", "andrew", "who are you?");
    expect([await request("bayko"), await request("andrew")]).toEqual([null, null]);
    const changed = { type: "message_group_changed", message_group_uuid };
    for (const events of [andrew, bayko]) await expect.poll(() => events).toContainEqual(changed);
  });

  test("allows two more, until it is accepted", async () => {
    const { message_group_uuid } = await send("andrew", "bayko");
    await send("andrew", "bayko", "two");
    await send("andrew", "bayko", "three");
    expect(await refusalOf(send("andrew", "bayko", "four"))).toEqual({
      status: 409,
      app_code: "request_limit_reached",
    });
    const accepted = await as("bayko").messageGroups.accept.mutate({ message_group_uuid });
    expect(accepted).toMatchObject({ request: null, folder: "inbox" });
    await send("andrew", "bayko", "four");
  });

  test("shows the sender neither receipts nor typing until it is accepted", async () => {
    const first = await send("andrew", "bayko");
    const { message_group_uuid } = first;
    const andrew = await listen("andrew");
    const read = (message_uuid: string) =>
      as("bayko").messageGroups.markRead.mutate({ message_group_uuid, message_uuid });
    const marker = async () => {
      const detail = await as("andrew").messageGroups.get.query({ message_group_uuid });
      return detail.members.find(({ uuid }) => uuid === person("bayko").uuid)?.read_message_uuid;
    };
    await read(first.uuid);
    await as("bayko").messages.typing.mutate({ message_group_uuid });
    expect(await marker()).toBeNull();
    await as("bayko").messageGroups.accept.mutate({ message_group_uuid });
    expect(await marker()).toBe(first.uuid);
    await as("bayko").messages.typing.mutate({ message_group_uuid });
    await expect.poll(() => andrew.map(({ type }) => type)).toContain("typing");
    // The signals are delivered in order, so the first ones would have come before.
    expect(andrew.map(({ type }) => type)).toEqual(["ready", "message_group_changed", "typing"]);
  });
});

describe("a block", () => {
  const block = (by: Name, of: Name) => as(by).users.block.mutate({ user_uuid: person(of).uuid });

  test("refuses groups in both directions, made together or by adding, and writes nothing", async () => {
    const handleOf = (name: Name) => person(name).handle;
    const create = (by: Name, others: Name[]) =>
      as(by).messageGroups.create.mutate({
        handles: [...others.map(handleOf), "londo"],
        client_id: createClientId(),
      });
    const { message_group_uuid } = await create("andrew", ["londo"]);
    await block("bayko", "andrew");
    const refused = { app_code: "cannot_message" };
    expect(await refusalOf(create("andrew", ["bayko", "londo"]))).toMatchObject(refused);
    expect(await refusalOf(create("bayko", ["andrew", "londo"]))).toMatchObject(refused);
    const added = as("andrew").messageGroups.add.mutate({
      ...{ message_group_uuid, op_id: randomUUID() },
      handles: [handleOf("bayko")],
    });
    expect(await refusalOf(added)).toMatchObject(refused);
    expect((await as("bayko").messageGroups.list.query({})).items).toEqual([]);
  });

  test("refuses messages, edits and reactions, and looks like nothing else to the blocked", async () => {
    const first = await send("andrew", "bayko");
    const { message_group_uuid, uuid: message_uuid } = first;
    await send("bayko", "andrew");
    const seen = async () => ({
      list: (await as("andrew").messageGroups.list.query({})).items,
      group: {
        ...(await as("andrew").messageGroups.get.query({ message_group_uuid })),
        members: 0,
      },
      messages: await as("andrew").messages.list.query({ message_group_uuid }),
      bayko: await as("andrew").users.short.query({ handle: person("bayko").handle }),
    });
    const before = await seen();
    await block("bayko", "andrew");
    expect(await seen()).toEqual(before);
    const change = () => ({ message_group_uuid, message_uuid, op_id: randomUUID() });
    const refused = { status: 403, app_code: "cannot_message" };
    const { messages } = as("andrew");
    for (const call of [
      () => send("andrew", "bayko"),
      () =>
        messages.create.mutate({
          message_group_uuid,
          message: "more",
          client_id: createClientId(),
        }),
      () => messages.edit.mutate({ ...change(), message: "worse" }),
      () => messages.react.mutate({ ...change(), emoji: "👎" }),
      () => send("bayko", "andrew"),
    ]) {
      expect(await refusalOf(call())).toEqual(refused);
    }
    expect(await as("bayko").messageGroups.get.query({ message_group_uuid })).toMatchObject({
      blocked: true,
    });
  });

  test("of somebody who never wrote refuses their first message with the same code", async () => {
    await block("bayko", "londo");
    expect(await refusalOf(send("londo", "bayko"))).toEqual({
      status: 403,
      app_code: "cannot_message",
    });
  });

  test("hides the two from each other's searches, receipts and typing, and is listed", async () => {
    const first = await send("andrew", "bayko");
    const { message_group_uuid, uuid: message_uuid } = first;
    await send("bayko", "andrew");
    const found = async (by: Name, of: Name) =>
      (await as(by).users.search.query({ query: person(of).handle })).items.some(
        ({ uuid }) => uuid === person(of).uuid,
      );
    expect(await found("andrew", "bayko")).toBe(true);
    await block("bayko", "andrew");
    expect(await found("andrew", "bayko")).toBe(false);
    expect(await found("bayko", "andrew")).toBe(false);
    const { items } = await as("bayko").users.blocked.query({});
    expect(items).toMatchObject([{ uuid: person("andrew").uuid }]);
    expect((await as("andrew").users.blocked.query({})).items).toEqual([]);

    const andrew = await listen("andrew");
    await as("bayko").messageGroups.markRead.mutate({ message_group_uuid, message_uuid });
    await as("bayko").messages.typing.mutate({ message_group_uuid });
    await as("bayko").users.unblock.mutate({ user_uuid: person("andrew").uuid });
    expect(await found("andrew", "bayko")).toBe(true);
    await as("bayko").messages.typing.mutate({ message_group_uuid });
    await expect.poll(() => andrew.map(({ type }) => type)).toContain("typing");
    expect(andrew.map(({ type }) => type)).toEqual(["ready", "typing"]);
  });

  test("of nobody and of oneself is refused", async () => {
    const nobody = as("bayko").users.block.mutate({ user_uuid: randomUUID() });
    expect(await refusalOf(nobody)).toMatchObject({ app_code: "user_not_found" });
    expect(await refusalOf(block("bayko", "bayko"))).toMatchObject({ app_code: "invalid_input" });
  });
});

describe("one's own view of a conversation", () => {
  async function startConversation() {
    const { message_group_uuid } = await send("andrew", "bayko");
    await send("bayko", "andrew");
    const listed = async (input: { folder?: "inbox" | "archive"; unread?: boolean } = {}) =>
      (await as("bayko").messageGroups.list.query(input)).items.map(({ uuid }) => uuid);
    return { message_group_uuid, listed, groups: as("bayko").messageGroups };
  }

  test("is archived until the next message, on every device", async () => {
    const { message_group_uuid, listed, groups } = await startConversation();
    const bayko = await listen("bayko");
    expect(await groups.archive.mutate({ message_group_uuid })).toMatchObject({
      folder: "archive",
    });
    expect([await listed(), await listed({ folder: "archive" })]).toEqual([
      [],
      [message_group_uuid],
    ]);
    await expect
      .poll(() => bayko)
      .toContainEqual({ type: "message_group_changed", message_group_uuid });
    const next = await send("andrew", "bayko", "are you there?");
    const id = { user_uuid: person("bayko").uuid, message_group_uuid };
    await createProjection(stack).updateMembership(id, [{ ...next, subjects: [] }]);
    expect(await listed()).toEqual([message_group_uuid]);
    await groups.archive.mutate({ message_group_uuid });
    expect(await groups.unarchive.mutate({ message_group_uuid })).toMatchObject({
      folder: "inbox",
    });
  });

  test("stands first while it is pinned, and in the list of what is unread while it is marked so", async () => {
    const { message_group_uuid, listed, groups } = await startConversation();
    const newer = await send("londo", "bayko");
    expect((await listed())[0]).toBe(newer.message_group_uuid);
    expect(await groups.pin.mutate({ message_group_uuid })).toMatchObject({ pinned: true });
    expect(await listed()).toEqual([message_group_uuid, newer.message_group_uuid]);
    await groups.unpin.mutate({ message_group_uuid });
    expect((await listed())[0]).toBe(newer.message_group_uuid);
    const detail = await groups.get.query({ message_group_uuid });
    const message_uuid = detail.last_message_uuid;
    await groups.markRead.mutate({ message_group_uuid, message_uuid });
    expect(await listed({ unread: true })).not.toContain(message_group_uuid);
    await groups.markUnread.mutate({ message_group_uuid });
    expect(await listed({ unread: true })).toContain(message_group_uuid);
    await groups.markRead.mutate({ message_group_uuid, message_uuid });
    expect(await listed({ unread: true })).not.toContain(message_group_uuid);
  });

  test("is muted until a moment, for good, or no longer, and nobody else's changes", async () => {
    const { message_group_uuid, groups } = await startConversation();
    for (const until of [new Date(Date.now() + 3_600_000).toISOString(), MUTED_FOR_GOOD, null]) {
      const muted = await groups.mute.mutate({ message_group_uuid, until });
      expect(muted).toMatchObject({ muted_until: until });
    }
    const theirs = await as("andrew").messageGroups.get.query({ message_group_uuid });
    expect(theirs).toMatchObject({ muted_until: null, pinned: false, marked_unread: false });
    const soon = groups.mute.mutate({ message_group_uuid, until: "soon" });
    expect(await refusalOf(soon)).toMatchObject({ app_code: "invalid_input" });
  });
});
