import { createClientId } from "@cruddur/contract/ids";
import type { LiveEvent } from "@cruddur/contract/live-events";
import type { Message } from "@cruddur/contract/messages";
import { createProjection } from "@cruddur/ddb/projection";
import { getFreePort } from "@cruddur/engines/ports";
import { startTcpProxy } from "@cruddur/engines/tcp-proxy";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type Client, createClient } from "./support/client.ts";
import {
  PASSWORD,
  postJson,
  type SignedIn,
  signIn,
  type TestServer,
  useStack,
} from "./support/stack.ts";

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
  vi.useRealTimers();
  for (const connection of open.splice(0)) connection.unsubscribe();
});

interface Listener {
  events: LiveEvent[];
  ids: string[];
  errors: unknown[];
  of<Type extends LiveEvent["type"]>(type: Type): Extract<LiveEvent, { type: Type }>[];
}

/** Opens a live connection and waits until it is ready. */
async function listen(client: Client, lastEventId?: string): Promise<Listener> {
  const listener: Listener = {
    events: [],
    ids: [],
    errors: [],
    of: (type) => listener.events.filter((event) => event.type === type) as never,
  };
  open.push(
    client.live.events.subscribe(lastEventId === undefined ? undefined : { lastEventId }, {
      onData({ id, data }) {
        listener.ids.push(id);
        listener.events.push(data);
      },
      onError: (error) => listener.errors.push(error),
    }),
  );
  await expect.poll(() => listener.events.length + listener.errors.length).toBeGreaterThan(0);
  return listener;
}

const texts = (listener: Listener) => listener.of("message").map(({ message }) => message.message);
const send = (client: Client, message: string) =>
  client.messages.create.mutate({ handle: "bayko", message, client_id: createClientId() });

/** Does what the stream Lambda does on a full stack: these tests run without it. */
async function updateInboxes({ message_group_uuid, uuid, message, user_uuid }: Message) {
  const sent = { uuid, message, user_uuid };
  const { updateMembership } = createProjection(stack);
  await Promise.all(
    [andrew, bayko].map(({ user }) =>
      updateMembership({ user_uuid: user.uuid, message_group_uuid }, [sent]),
    ),
  );
}

describe("two servers with one person on each", () => {
  test("a message arrives on both sides, also in the sender's other tabs", async () => {
    const a = createClient(one.url, andrew.access_token);
    const [mine, theirs] = await Promise.all([
      listen(a),
      listen(createClient(two.url, bayko.access_token)),
    ]);
    const sent = await send(a, "across");
    await expect.poll(() => theirs.of("message").length).toBe(1);
    expect(theirs.of("message")[0]?.message).toEqual(sent);
    expect(mine.of("message")[0]?.message).toEqual(sent);
  });

  test("no event reaches someone outside the conversation", async () => {
    const stranger = await listen(createClient(two.url, (await signIn(two, "londo")).access_token));
    const theirs = await listen(createClient(two.url, bayko.access_token));
    await send(createClient(one.url, andrew.access_token), "private");
    await expect.poll(() => texts(theirs)).toContain("private");
    expect(stranger.events.map(({ type }) => type)).toEqual(["ready"]);
  });

  test("reading and typing are shown to the other person, unless either side hides them", async () => {
    const a = createClient(one.url, andrew.access_token);
    const b = createClient(two.url, bayko.access_token);
    const { message_group_uuid, uuid } = await send(a, "seen?");
    const [mine, theirs] = await Promise.all([listen(a), listen(b)]);
    await b.messageGroups.markRead.mutate({ message_group_uuid, message_uuid: uuid });
    await b.messages.typing.mutate({ message_group_uuid });
    await expect.poll(() => mine.of("typing").length).toBe(1);
    const read = { message_group_uuid, user_uuid: bayko.user.uuid, message_uuid: uuid };
    expect(mine.of("read")).toMatchObject([{ ...read, unread_count: null }]);
    expect(theirs.of("read")).toMatchObject([{ ...read, unread_count: 0 }]);
    expect(theirs.of("typing")).toEqual([]);

    await a.users.update.mutate({ read_receipts: false, typing_indicators: false });
    const second = await send(a, "hidden?");
    await b.messages.typing.mutate({ message_group_uuid });
    await b.messageGroups.markRead.mutate({ message_group_uuid, message_uuid: second.uuid });
    await expect.poll(() => theirs.of("read").length).toBe(2);
    // Notices arrive in order: after these two messages, both hidden events would have arrived.
    for (const marker of ["marker", "second marker"]) {
      const client_id = createClientId();
      await b.messages.create.mutate({ message_group_uuid, message: marker, client_id });
      await expect.poll(() => texts(mine)).toContain(marker);
    }
    expect([mine.of("read").length, mine.of("typing").length]).toEqual([1, 1]);
    await a.users.update.mutate({ read_receipts: true, typing_indicators: true });
  });

  test("a person who hides typing and reading is shown neither on a server that had cached their profile", async () => {
    const b = createClient(two.url, bayko.access_token);
    const sent = await send(createClient(one.url, andrew.access_token), "typing?");
    const { message_group_uuid } = sent;
    const mine = await listen(createClient(one.url, andrew.access_token));
    await b.messages.typing.mutate({ message_group_uuid });
    await expect.poll(() => mine.of("typing").length).toBe(1);
    await b.users.update.mutate({ read_receipts: false, typing_indicators: false });
    await b.messages.typing.mutate({ message_group_uuid });
    await b.messageGroups.markRead.mutate({ message_group_uuid, message_uuid: sent.uuid });
    // Notices arrive in order: after this message, both hidden events would have arrived.
    const marker = { message: "typed unseen", client_id: createClientId() };
    await b.messages.create.mutate({ message_group_uuid, ...marker });
    await expect.poll(() => texts(mine)).toContain("typed unseen");
    expect([mine.of("typing").length, mine.of("read").length]).toEqual([1, 0]);
    await b.users.update.mutate({ read_receipts: true, typing_indicators: true });
  });

  test("private settings hold on the other server at once, and no browser receives an event about them", async () => {
    const a = createClient(one.url, andrew.access_token);
    const theirs = await listen(createClient(two.url, bayko.access_token));
    const stranger = createClient(two.url, (await signIn(two, "londo")).access_token);
    const addAndrew = () =>
      stranger.messageGroups.create.mutate({
        handles: ["andrewbrown", "bayko"],
        client_id: createClientId(),
      });
    await addAndrew();
    await a.users.update.mutate({ group_additions: "nobody", searchable: false });
    await send(a, "after the settings");
    await expect.poll(() => texts(theirs)).toContain("after the settings");
    await expect(addAndrew()).rejects.toMatchObject({ data: { app_code: "cannot_message" } });
    expect(theirs.of("user")).toEqual([]);
    await a.users.update.mutate({ group_additions: "everyone", searchable: true });
  });

  test("a new display name reaches the people of a person's conversations", async () => {
    await updateInboxes(await send(createClient(one.url, andrew.access_token), "it's me"));
    const theirs = await listen(createClient(two.url, bayko.access_token));
    await createClient(one.url, andrew.access_token).users.update.mutate({
      display_name: "A. Brown",
    });
    await expect.poll(() => theirs.of("user")[0]?.user.display_name).toBe("A. Brown");
  });

  test("signing out everywhere ends the live connections on all servers", async () => {
    const londo = await signIn(two, "londo");
    const listener = await listen(createClient(two.url, londo.access_token));
    const authorization = `Bearer ${londo.access_token}`;
    const proof = { password: PASSWORD };
    await postJson(`${one.url}/session/all`, proof, { authorization }, "DELETE");
    await expect.poll(() => listener.of("signed_out").length).toBe(1);
    await expect.poll(() => listener.errors.length).toBeGreaterThan(0);
  });
});

describe("reconnecting", () => {
  test("a live connection that was cut catches up from its last event id without a gap", async () => {
    await using proxy = await startTcpProxy({ targetPort: two.port });
    const a = createClient(one.url, andrew.access_token);
    const theirs = await listen(createClient(`http://127.0.0.1:${proxy.port}`, bayko.access_token));
    await send(a, "before the cut");
    await expect.poll(() => texts(theirs)).toContain("before the cut");
    proxy.cut();
    await updateInboxes(await send(a, "while away"));
    proxy.resume();
    await expect.poll(() => texts(theirs)).toContain("while away");
    expect(theirs.errors).toEqual([]);
  });

  test("a last event id that no server made, or that is too old, is answered with a resync", async () => {
    const client = createClient(two.url, bayko.access_token);
    for (const id of ["nonsense!", "zzzzzzzz", (Date.now() - 3_600_000).toString(36)]) {
      const listener = await listen(client, id);
      await expect.poll(() => listener.of("resync").length).toBe(1);
      expect(listener.of("message")).toEqual([]);
    }
  });

  test("browsers of a server that stops reconnect to the next one and miss nothing", async () => {
    const three = await stack.start({ PORT: String(await getFreePort()) });
    const listener = await listen(createClient(three.url, bayko.access_token));
    const stopped = three.stop();
    await stopped;
    const four = await stack.start({ PORT: String(three.port) });
    expect(four.port).toBe(three.port);
    await updateInboxes(
      await send(createClient(one.url, andrew.access_token), "after the restart"),
    );
    await expect.poll(() => texts(listener), { timeout: 30_000 }).toContain("after the restart");
    expect(listener.errors).toEqual([]);
  });

  test("when notices were lost, every connected browser receives a resync", async () => {
    const listener = await listen(createClient(two.url, bayko.access_token));
    await stack.postgres.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cruddur-notifications' and datname = current_database()",
    );
    await expect.poll(() => listener.of("resync").length).toBeGreaterThan(0);
  });

  test("a live connection ends when its token expires and continues with the next token", async () => {
    const { sub } = JSON.parse(
      Buffer.from(bayko.access_token.split(".")[1] ?? "", "base64url").toString(),
    ) as { sub: string };
    const inHours = (hours: number) =>
      stack.pool.signToken({ sub, exp: Math.floor(Date.now() / 1000) + hours * 3_600 });
    const [first, second] = [await inHours(1), await inHours(3)];
    const tokens = [first];
    const listener = await listen(createClient(two.url, () => tokens.shift() ?? second));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * 3_600_000 });
    await expect.poll(() => listener.of("ready").length).toBe(2);
    expect(listener.errors).toEqual([]);
  });
});

test("a person's live connections over the limit are refused", async () => {
  const small = await stack.start({ LIVE_MAX_CONNECTIONS_PER_USER: "2" });
  const client = createClient(small.url, bayko.access_token);
  await listen(client);
  await listen(client);
  const third = await listen(client);
  expect(third.errors[0]).toMatchObject({ data: { app_code: "rate_limited" } });
});
