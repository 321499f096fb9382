import { createClientId } from "@cruddur/contract/ids";
import type { LiveEvent } from "@cruddur/contract/live-events";
import { findValkey, startValkey } from "@cruddur/engines/valkey";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient } from "./support/client.ts";
import {
  PASSWORD,
  postJson,
  type SignedIn,
  signIn,
  type TestServer,
  useStack,
} from "./support/stack.ts";

describe.skipIf(findValkey() === null)("two servers with live notices over Valkey", () => {
  const stack = useStack();
  let one: TestServer;
  let two: TestServer;
  let andrew: SignedIn;
  let bayko: SignedIn;
  const open: { unsubscribe(): void }[] = [];
  beforeAll(async () => {
    const valkey = await startValkey();
    [one, two] = await Promise.all([
      stack.start({ LIVE_URL: valkey.url }),
      stack.start({ LIVE_URL: valkey.url }),
    ]);
    [andrew, bayko] = await Promise.all([signIn(one, "andrewbrown"), signIn(two, "bayko")]);
    await stack.acquaint("andrewbrown", "bayko");
    return () => valkey.stop();
  });
  afterEach(() => {
    for (const connection of open.splice(0)) connection.unsubscribe();
  });

  async function listen(client: Client, lastEventId?: string) {
    const events: LiveEvent[] = [];
    const connection = client.live.events.subscribe(
      lastEventId === undefined ? undefined : { lastEventId },
      { onData: ({ data }) => events.push(data) },
    );
    open.push(connection);
    await expect.poll(() => events.length).toBeGreaterThan(0);
    return { events, connection, types: () => events.map(({ type }) => type) };
  }
  const send = (client: Client, message: string) =>
    client.messages.create.mutate({ handle: "bayko", message, client_id: createClientId() });

  test("messages, typing and read receipts arrive across servers, and nothing at a stranger", async () => {
    const a = createClient(one.url, andrew.access_token);
    const b = createClient(two.url, bayko.access_token);
    const londo = await signIn(two, "londo");
    const [mine, theirs, strangers] = await Promise.all([
      listen(a),
      listen(b),
      listen(createClient(two.url, londo.access_token)),
    ]);
    const sent = await send(a, "across");
    await expect.poll(theirs.types).toContain("message");
    expect(theirs.events.at(-1)).toEqual({ type: "message", message: sent });
    const { message_group_uuid } = sent;
    await b.messages.typing.mutate({ message_group_uuid });
    await b.messageGroups.markRead.mutate({ message_group_uuid, message_uuid: sent.uuid });
    await expect.poll(mine.types).toEqual(["ready", "message", "typing", "read"]);
    expect(strangers.types()).toEqual(["ready"]);
  });

  test("signing out everywhere ends the live connections on all servers", async () => {
    const londo = await signIn(two, "londo");
    const theirs = await listen(createClient(two.url, londo.access_token));
    const authorization = `Bearer ${londo.access_token}`;
    const proof = { password: PASSWORD };
    await postJson(`${one.url}/session/all`, proof, { authorization }, "DELETE");
    await expect.poll(theirs.types).toContain("signed_out");
  });

  test("a change that a server wasn't told of, because the person wasn't there, leads to a resync", async () => {
    const a = createClient(one.url, andrew.access_token);
    const sent = await send(a, "before");
    const sinceEvent = Date.now().toString(36);
    const { message_group_uuid, uuid: message_uuid } = sent;
    const op_id = createClientId();
    await a.messages.edit.mutate({ message_group_uuid, message_uuid, op_id, message: "after" });
    const theirs = await listen(createClient(one.url, bayko.access_token), sinceEvent);
    await expect.poll(theirs.types).toContain("resync");
  });
});
