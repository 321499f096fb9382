import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import type { LiveEvent } from "@cruddur/contract/live-events";
import { startTcpProxy } from "@cruddur/engines/tcp-proxy";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "./support/client.ts";
import { type SignedIn, signIn, type TestServer, useStack, uuidOf } from "./support/stack.ts";

const stack = useStack();
let one: TestServer;
let two: TestServer;
let londo: SignedIn;
let owner: Client;
let member: Client;
const open: { unsubscribe(): void }[] = [];

beforeAll(async () => {
  [one, two] = await Promise.all([stack.start(), stack.start()]);
  const [andrew, bayko] = await Promise.all([signIn(one, "andrewbrown"), signIn(two, "bayko")]);
  londo = await signIn(two, "londo");
  owner = createClient(one.url, andrew.access_token);
  member = createClient(two.url, bayko.access_token);
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.unsubscribe();
});

/** Londo's live connection to the second server, once it is ready. */
async function listen(url = two.url) {
  const events: LiveEvent[] = [];
  const client = createClient(url, londo.access_token);
  open.push(client.live.events.subscribe(undefined, { onData: ({ data }) => events.push(data) }));
  await expect.poll(() => events.length).toBeGreaterThan(0);
  const types = () => events.map(({ type }) => type);
  const texts = () =>
    events.flatMap((event) =>
      event.type === "message" || event.type === "message_changed" ? [event.message.message] : [],
    );
  return { client, events, types, texts };
}

async function createGroup() {
  const input = { handles: ["bayko", "londo"], client_id: createClientId() };
  return owner.messageGroups.create.mutate(input);
}
const change = (of: { message_group_uuid: string }) => ({ ...of, op_id: randomUUID() });
const send = (client: Client, of: { message_group_uuid: string }, message: string) =>
  client.messages.create.mutate({ ...of, message, client_id: createClientId() });

test("what happens to a group reaches its members on every server, with its system message", async () => {
  const live = await listen();
  const group = await createGroup();
  await expect.poll(live.types).toEqual(["ready", "message", "group_changed"]);
  await owner.messageGroups.rename.mutate({ ...change(group), name: "Team" });
  await expect.poll(() => live.types().length).toBe(5);
  expect(live.events[3]).toMatchObject({ message: { kind: "renamed", message: "Team" } });
});

test("a removed member's open connection receives nothing more, at once and on every server", async () => {
  const live = await listen();
  const group = await createGroup();
  await send(owner, group, "while a member");
  await expect.poll(live.texts).toContain("while a member");
  await owner.messageGroups.remove.mutate({ ...change(group), user_uuid: uuidOf("londo") });
  await expect.poll(() => live.types().at(-1)).toBe("group_left");
  expect(live.events.at(-1)).toMatchObject({ reason: "removed" });
  const count = live.events.length;
  // From both servers: each had the three members in memory.
  await send(owner, group, "secret");
  await send(member, group, "secret");
  await member.messages.typing.mutate(group);
  const pair = await member.messages.create.mutate({
    ...{ handle: "londo", message: "to you", client_id: createClientId() },
  });
  await expect.poll(live.texts).toContain("to you");
  expect(live.events.slice(count)).toEqual([{ type: "message", message: pair }]);
});

test("who joins receives neither an earlier message nor its changes", async () => {
  const group = await createGroup();
  const leaver = createClient(one.url, londo.access_token);
  await leaver.messageGroups.leave.mutate(change(group));
  const { uuid } = await send(owner, group, "secret");
  const live = await listen();
  await owner.messageGroups.add.mutate({ ...change(group), handles: ["londo"] });
  await expect.poll(live.types).toEqual(["ready", "message", "group_changed"]);
  const named = { ...change(group), message_uuid: uuid };
  await owner.messages.edit.mutate({ ...named, message: "still secret" });
  await member.messages.react.mutate({ ...named, emoji: "👍" });
  await send(member, group, "hello");
  await expect.poll(live.texts).toEqual(["", "hello"]);
});

test("a connection that was cut during a removal learns of it when it returns", async () => {
  const group = await createGroup();
  await using proxy = await startTcpProxy({ targetPort: two.port });
  const live = await listen(`http://127.0.0.1:${proxy.port}`);
  await send(owner, group, "while a member");
  await expect.poll(live.texts).toContain("while a member");
  proxy.cut();
  await owner.messageGroups.remove.mutate({ ...change(group), user_uuid: uuidOf("londo") });
  await send(owner, group, "secret");
  proxy.resume();
  const left = { type: "group_left", ...group, reason: "removed" };
  await expect.poll(() => live.events).toContainEqual(left);
  await send(owner, group, "secret");
  await member.messages.create.mutate({
    ...{ handle: "londo", message: "to you", client_id: createClientId() },
  });
  await expect.poll(live.texts).toContain("to you");
  expect(live.texts()).not.toContain("secret");
});

test("nobody is told that they left by the repeat of another change, which passes the owner's guard", async () => {
  const live = await listen();
  const input = { handles: ["bayko", "mira"], client_id: createClientId() };
  const group = await owner.messageGroups.create.mutate(input);
  const renaming = change(group);
  await member.messageGroups.rename.mutate({ ...renaming, name: "Ours" });
  await member.messageGroups.remove.mutate({ ...renaming, user_uuid: uuidOf("londo") });
  const after = await createGroup();
  await expect.poll(() => live.events.some((event) => isAbout(event, after))).toBe(true);
  expect(live.events.filter((event) => isAbout(event, group))).toEqual([]);
});

test("nobody who has joined again is told that they left by a late repeat of their leaving", async () => {
  const group = await createGroup();
  const leaver = createClient(one.url, londo.access_token);
  const leaving = change(group);
  await leaver.messageGroups.leave.mutate(leaving);
  await owner.messageGroups.add.mutate({ ...change(group), handles: ["londo"] });
  const live = await listen();
  await leaver.messageGroups.leave.mutate(leaving);
  await send(owner, group, "welcome back");
  await expect.poll(live.texts).toContain("welcome back");
  expect(live.types()).not.toContain("group_left");
});

const isAbout = (event: LiveEvent, group: { message_group_uuid: string }) =>
  JSON.stringify(event).includes(group.message_group_uuid);
