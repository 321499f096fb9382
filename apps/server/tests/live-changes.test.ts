import { createClientId } from "@cruddur/contract/ids";
import type { LiveEvent } from "@cruddur/contract/live-events";
import { startTcpProxy } from "@cruddur/engines/tcp-proxy";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "./support/client.ts";
import { type SignedIn, signIn, type TestServer, useStack } from "./support/stack.ts";

const stack = useStack();
let one: TestServer;
let two: TestServer;
let andrew: SignedIn;
let bayko: SignedIn;
const open: { unsubscribe(): void }[] = [];

beforeAll(async () => {
  [one, two] = await Promise.all([stack.start(), stack.start()]);
  [andrew, bayko] = await Promise.all([signIn(one, "andrewbrown"), signIn(two, "bayko")]);
  await stack.acquaint("andrewbrown", "bayko");
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.unsubscribe();
});

/** Opens a live connection, waits until it is ready, and collects its events. */
async function listen(client: Client, lastEventId?: string) {
  const events: LiveEvent[] = [];
  const ids: string[] = [];
  const input = lastEventId === undefined ? undefined : { lastEventId };
  const onData = ({ id, data }: { id: string; data: LiveEvent }) => {
    ids.push(id);
    events.push(data);
  };
  open.push(client.live.events.subscribe(input, { onData }));
  await expect.poll(() => events.length).toBeGreaterThan(0);
  const changes = () =>
    events.flatMap((event) => (event.type === "message_changed" ? [event.message] : []));
  return { events, ids, changes };
}

const clientOfAndrew = () => createClient(one.url, andrew.access_token);
const clientOfBayko = (url = two.url) => createClient(url, bayko.access_token);
const send = (client: Client, message: string) =>
  client.messages.create.mutate({ handle: "bayko", message, client_id: createClientId() });
const changeOf = ({ message_group_uuid, uuid }: { message_group_uuid: string; uuid: string }) => ({
  ...{ message_group_uuid, message_uuid: uuid, op_id: createClientId() },
});

test("an edit and a delete reach the members on every server, and nobody else", async () => {
  const a = clientOfAndrew();
  const sent = await send(a, "first text");
  const [mine, theirs] = await Promise.all([listen(a), listen(clientOfBayko())]);
  const stranger = await listen(createClient(two.url, (await signIn(two, "londo")).access_token));
  const edited = await a.messages.edit.mutate({ ...changeOf(sent), message: "second text" });
  expect(edited).toMatchObject({ uuid: sent.uuid, message: "second text", revision: 1 });
  const deleted = await a.messages.delete.mutate(changeOf(sent));
  expect(deleted).toMatchObject({ uuid: sent.uuid, message: "", edited_at: null, revision: 2 });
  expect(deleted.deleted_at).not.toBeNull();
  await expect.poll(() => mine.changes()).toEqual([edited, deleted]);
  // A server reads what another server's notice is about, so it may show the later state twice.
  await expect.poll(() => theirs.changes().length).toBe(2);
  expect(theirs.changes()[1]).toEqual(deleted);
  await expect.poll(() => stranger.events.map(({ type }) => type)).toEqual(["ready"]);
});

test("a live connection that was cut catches up with what was edited and deleted meanwhile", async () => {
  await using proxy = await startTcpProxy({ targetPort: two.port });
  const a = clientOfAndrew();
  const sent = [await send(a, "to be edited"), await send(a, "to be deleted")] as const;
  const theirs = await listen(clientOfBayko(`http://127.0.0.1:${proxy.port}`));
  proxy.cut();
  const edited = await a.messages.edit.mutate({ ...changeOf(sent[0]), message: "edited" });
  const deleted = await a.messages.delete.mutate(changeOf(sent[1]));
  proxy.resume();
  await expect.poll(() => theirs.changes()).toEqual(expect.arrayContaining([edited, deleted]));
});

test("a server that hasn't run since the last event answers with a resync", async () => {
  const { ids } = await listen(clientOfBayko());
  const three = await stack.start();
  const theirs = await listen(clientOfBayko(three.url), ids.at(-1) ?? "");
  await expect.poll(() => theirs.events.map(({ type }) => type)).toContain("resync");
});

test("a reply names the message that it answers, which can be read by its uuid even once deleted", async () => {
  const a = clientOfAndrew();
  const question = await send(a, "a question");
  const { message_group_uuid, uuid: reply_to } = question;
  const client_id = createClientId();
  const reply = { message_group_uuid, message: "an answer", client_id, reply_to };
  const theirs = await clientOfBayko().messages.create.mutate(reply);
  expect(theirs).toMatchObject({ reply_to, message: "an answer" });
  const quoted = { message_group_uuid, message_uuid: reply_to };
  expect(await clientOfBayko().messages.get.query(quoted)).toEqual(question);
  await a.messages.delete.mutate(changeOf(question));
  expect(await clientOfBayko().messages.get.query(quoted)).toMatchObject({ message: "" });
  const elsewhere = await createClient(one.url, andrew.access_token).messages.create.mutate({
    handle: "londo",
    message: "other",
    client_id: createClientId(),
  });
  const crossing = { ...reply, client_id: createClientId(), reply_to: elsewhere.uuid };
  await expect(clientOfBayko().messages.create.mutate(crossing)).rejects.toMatchObject({
    data: { app_code: "message_not_found" },
  });
});

test("reactions arrive live, each emoji with those who chose it", async () => {
  const [a, b] = [clientOfAndrew(), clientOfBayko()];
  const sent = await send(a, "react to this");
  const mine = await listen(a);
  await b.messages.react.mutate({ ...changeOf(sent), emoji: "👍" });
  const both = await a.messages.react.mutate({ ...changeOf(sent), emoji: "👍" });
  const people = [andrew.user.uuid, bayko.user.uuid].sort();
  expect(both).toMatchObject({ reactions: [{ emoji: "👍", user_uuids: people }], revision: 2 });
  await expect.poll(() => mine.changes()).toContainEqual(both);
  const left = await b.messages.unreact.mutate({ ...changeOf(sent), emoji: "👍" });
  expect(left.reactions).toEqual([{ emoji: "👍", user_uuids: [andrew.user.uuid] }]);
  for (const emoji of ["", "ok", "👍👍"]) {
    await expect(b.messages.react.mutate({ ...changeOf(sent), emoji })).rejects.toMatchObject({
      data: { app_code: "emoji_invalid" },
    });
  }
});

test("a hidden message is gone on all of the person's own devices, from every read, and for nobody else", async () => {
  await using proxy = await startTcpProxy({ targetPort: two.port });
  const [a, b] = [clientOfAndrew(), clientOfBayko()];
  const sent = [await send(a, "stays"), await send(a, "hidden")] as const;
  const { message_group_uuid, uuid: message_uuid } = sent[1];
  const mine = await listen(clientOfBayko(one.url));
  const away = await listen(clientOfBayko(`http://127.0.0.1:${proxy.port}`));
  const theirs = await listen(a);
  proxy.cut();
  const hidden = { message_group_uuid, message_uuid };
  expect(await b.messages.hide.mutate(hidden)).toBeNull();
  expect(await b.messages.hide.mutate(hidden)).toBeNull();
  const event = { type: "message_hidden", ...hidden };
  await expect.poll(() => mine.events).toContainEqual(event);
  await a.messages.edit.mutate({ ...changeOf(sent[1]), message: "hidden, and edited" });

  const textsOf = async (client: Client) =>
    (await client.messages.list.query({ message_group_uuid })).items
      .map(({ message }) => message)
      .slice(-2);
  expect(await textsOf(a)).toEqual(["stays", "hidden, and edited"]);
  expect((await textsOf(b)).at(-1)).toBe("stays");
  const refused = { data: { app_code: "message_hidden" } };
  await expect(b.messages.get.query(hidden)).rejects.toMatchObject(refused);
  const around = { message_group_uuid, around: message_uuid };
  await expect(b.messages.list.query(around)).rejects.toMatchObject(refused);
  await expect(a.messages.list.query(around)).resolves.toBeDefined();

  // A connection that was away learns of it, and doesn't get the message again.
  proxy.resume();
  await expect.poll(() => away.events).toContainEqual(event);
  const delivered = away.events.slice(away.events.findIndex(({ type }) => type === "ready") + 1);
  expect(JSON.stringify(delivered.slice(1))).not.toContain("hidden, and edited");
  expect(theirs.events.some(({ type }) => type === "message_hidden")).toBe(false);
});

test("a conversation whose newest message is hidden has an empty preview and nothing unread", async () => {
  const [londo, mira] = await Promise.all(
    ["londo", "mira"].map(async (handle) =>
      createClient(one.url, (await signIn(one, handle)).access_token),
    ),
  );
  if (londo === undefined || mira === undefined) throw new Error("nobody has signed in");
  const draft = { message: "seen once", client_id: createClientId() };
  const sent = await londo.messages.create.mutate({ ...draft, handle: "mira" });
  const { message_group_uuid, uuid: message_uuid } = sent;
  const rowOf = async (client: Client) => {
    const { items } = await client.messageGroups.list.query({});
    return items.find(({ uuid }) => uuid === message_group_uuid);
  };
  expect(await rowOf(mira)).toMatchObject({ message: "seen once", unread_count: 1 });
  await mira.messages.hide.mutate({ message_group_uuid, message_uuid });
  expect(await rowOf(mira)).toMatchObject({ message: "", message_deleted: true, unread_count: 0 });
  expect(await rowOf(londo)).toMatchObject({ message: "seen once", message_deleted: false });
});
