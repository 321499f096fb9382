import { createClientId, createUuid } from "@cruddur/core/ids";
import { DEMO_PEOPLE } from "@cruddur/db/seed";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient, refusalOf } from "./support/client.ts";
import {
  type Handle,
  type Stack,
  signIn,
  startStack,
  type TestServer,
  uuidOf,
} from "./support/stack.ts";

let stack: Stack;
let server: TestServer;
const clients = new Map<Handle, Client>();
const as = (handle: Handle): Client => {
  const client = clients.get(handle);
  if (client === undefined) throw new Error("not signed in");
  return client;
};
const send = (
  from: Handle,
  to: { handle: string } | { message_group_uuid: string },
  message: string,
) => as(from).messages.create.mutate({ ...to, message, client_id: createClientId() });

beforeAll(async () => {
  stack = await startStack();
  server = await stack.start();
  for (const handle of ["andrewbrown", "bayko", "londo"] as const) {
    clients.set(handle, createClient(server.url, (await signIn(server, handle)).access_token));
  }
});
afterAll(() => stack.stop());

describe("people talk", () => {
  test("a first message makes the conversation for both, with today's names", async () => {
    const sent = await send("andrewbrown", { handle: "@Londo" }, "  Hello there \r\n you ");
    expect(sent).toMatchObject({
      message: "Hello there \n you",
      handle: "andrewbrown",
      display_name: "Andrew Brown",
      user_uuid: uuidOf("andrewbrown"),
    });
    const inbox = await as("londo").messageGroups.list.query({});
    expect(inbox.items).toMatchObject([
      {
        uuid: sent.message_group_uuid,
        handle: "andrewbrown",
        unread_count: 1,
        last_message_uuid: sent.uuid,
      },
    ]);
    const page = await as("londo").messages.list.query({
      message_group_uuid: sent.message_group_uuid,
    });
    expect(page.items).toEqual([sent]);
    expect(page.next_cursor).toBeNull();
  });

  test("a repeated send stores one message", async () => {
    const client_id = createClientId();
    const calls = Array.from({ length: 20 }, () =>
      as("bayko").messages.create.mutate({ handle: "londo", message: "once", client_id }),
    );
    const uuids = new Set((await Promise.all(calls)).map(({ uuid }) => uuid));
    expect(uuids.size).toBe(1);
  });

  test("what create answers is addressed by its own uuid, never by its sender's", async () => {
    const first = await send("londo", { handle: "andrewbrown" }, "one");
    const { message_group_uuid } = first;
    const sent = [first, await send("londo", { message_group_uuid }, "two")];
    for (const message of sent) {
      expect(message).toEqual({
        uuid: expect.any(String),
        message_group_uuid,
        client_id: expect.any(String),
        user_uuid: uuidOf("londo"),
        display_name: expect.any(String),
        handle: "londo",
        message: expect.any(String),
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      });
      expect(message.uuid).not.toBe(message.user_uuid);
      const around = await as("andrewbrown").messages.list.query({
        message_group_uuid,
        around: message.uuid,
      });
      expect(around.items).toContainEqual(message);
    }
    expect(new Set(sent.map(({ uuid }) => uuid)).size).toBe(2);
  });

  test("paging to the end and back shows each message once, in order", async () => {
    const first = await send("londo", { handle: "bayko" }, "0");
    const { message_group_uuid } = first;
    for (let n = 1; n <= 24; n += 1) await send("londo", { message_group_uuid }, String(n));
    const list = as("bayko").messages.list;
    const newest = await list.query({ message_group_uuid, limit: 10 });
    const older = await list.query({
      message_group_uuid,
      limit: 10,
      cursor: newest.next_cursor,
      direction: "backward",
    });
    const back = await list.query({ message_group_uuid, limit: 10, cursor: older.previous_cursor });
    expect(back.items).toEqual(newest.items);
    const texts = [...older.items, ...newest.items].map(({ message }) => Number(message));
    expect(texts).toEqual(Array.from({ length: 20 }, (_, n) => n + 5));
  });

  test("a marker moves the reader's count and never back", async () => {
    const { message_group_uuid, uuid } = await send("andrewbrown", { handle: "bayko" }, "read me");
    const read = await as("bayko").messageGroups.markRead.mutate({
      message_group_uuid,
      message_uuid: uuid,
    });
    expect(read).toEqual({ read_message_uuid: uuid, unread_count: 0 });
    const detail = await as("andrewbrown").messageGroups.get.query({ message_group_uuid });
    expect(detail.members.find(({ handle }) => handle === "bayko")?.read_message_uuid).toBe(uuid);
  });

  test("receipts are hidden when either side hides them", async () => {
    const { message_group_uuid, uuid } = await send("andrewbrown", { handle: "bayko" }, "hidden");
    await as("bayko").messageGroups.markRead.mutate({ message_group_uuid, message_uuid: uuid });
    await as("andrewbrown").users.update.mutate({ read_receipts: false });
    const detail = await as("andrewbrown").messageGroups.get.query({ message_group_uuid });
    expect(detail.members.find(({ handle }) => handle === "bayko")?.read_message_uuid).toBeNull();
    await as("andrewbrown").users.update.mutate({ read_receipts: true });
  });

  test("a new display name shows everywhere at once, on other servers too", async () => {
    const other = await stack.start();
    const { access_token } = await signIn(other, "bayko");
    const elsewhere = createClient(other.url, access_token);
    const { message_group_uuid } = await send("londo", { handle: "bayko" }, "who am I");
    await elsewhere.messages.list.query({ message_group_uuid });
    await as("londo").users.update.mutate({ display_name: "Emperor Londo" });
    await expect
      .poll(
        async () =>
          (await elsewhere.messages.list.query({ message_group_uuid })).items.at(-1)?.display_name,
      )
      .toBe("Emperor Londo");
    const inbox = await as("bayko").messageGroups.list.query({});
    expect(inbox.items.map(({ display_name }) => display_name)).toContain("Emperor Londo");
  });

  test("people are found by a prefix and by a typo, page by page, without oneself", async () => {
    const found = await as("andrewbrown").users.search.query({ query: "bay" });
    expect(found.items.map(({ handle }) => handle)).toEqual(["bayko"]);
    const typo = await as("andrewbrown").users.search.query({ query: "emperor lodno" });
    expect(typo.items.map(({ handle }) => handle)).toContain("londo");
    const page = await as("londo").users.search.query({ query: "andrew", limit: 1 });
    const next = await as("londo").users.search.query({
      query: "andrew",
      limit: 1,
      cursor: page.next_cursor,
    });
    expect([...page.items, ...next.items].map(({ handle }) => handle).sort()).toEqual([
      "andrewbrown",
      "bayko",
    ]);
  });

  test("a deleted person reads as Deleted user, in the inbox too, whatever name was stored", async () => {
    const { message_group_uuid } = await stackGroupWithDeleted();
    const fresh = await stack.start();
    const client = createClient(fresh.url, (await signIn(fresh, "andrewbrown")).access_token);
    const { items } = await client.messages.list.query({ message_group_uuid });
    expect(items.map(({ display_name }) => display_name)).toEqual(["Deleted user"]);
    const inbox = await client.messageGroups.list.query({});
    const row = inbox.items.find(({ uuid }) => uuid === message_group_uuid);
    expect(row).toMatchObject({ display_name: "Deleted user", handle: "", message: "from before" });
  });
});

async function stackGroupWithDeleted() {
  const receiver = DEMO_PEOPLE.find(({ handle }) => handle === "andrewbrown");
  if (receiver === undefined) throw new Error("no receiver");
  return stack.store.sendToPerson({
    sender: { user_uuid: createUuid(), handle: "gone", display_name: "Gone" },
    receiver: {
      user_uuid: receiver.uuid,
      handle: receiver.handle,
      display_name: receiver.display_name,
    },
    client_id: createClientId(),
    message: "from before",
  });
}

describe("what is wrong is refused with its code, and changes nothing", () => {
  const draft = () => ({ client_id: createClientId() });
  const cases: [string, string, (client: Client) => Promise<unknown>][] = [
    [
      "a blank message",
      "message_blank",
      (c) => c.messages.create.mutate({ ...draft(), handle: "londo", message: "" }),
    ],
    [
      "white space",
      "message_blank",
      (c) => c.messages.create.mutate({ ...draft(), handle: "londo", message: " \n\u200b" }),
    ],
    [
      "no message",
      "message_blank",
      (c) => c.messages.create.mutate({ ...draft(), handle: "londo" } as never),
    ],
    [
      "a number as message",
      "message_blank",
      (c) => c.messages.create.mutate({ ...draft(), handle: "londo", message: 5 } as never),
    ],
    [
      "1,025 characters",
      "message_exceed_max_chars",
      (c) => c.messages.create.mutate({ ...draft(), handle: "londo", message: "x".repeat(1025) }),
    ],
    [
      "1,025 emoji",
      "message_exceed_max_chars",
      (c) => c.messages.create.mutate({ ...draft(), handle: "londo", message: "😀".repeat(1025) }),
    ],
    [
      "too many bytes",
      "message_exceed_max_bytes",
      (c) =>
        c.messages.create.mutate({
          ...draft(),
          handle: "londo",
          message: `a${"\u0301".repeat(17_000)}`,
        }),
    ],
    [
      "an unknown handle",
      "user_not_found",
      (c) => c.messages.create.mutate({ ...draft(), handle: "nobody", message: "hi" }),
    ],
    [
      "oneself",
      "user_receiver_is_self",
      (c) => c.messages.create.mutate({ ...draft(), handle: "AndrewBrown", message: "hi" }),
    ],
    [
      "no receiver",
      "user_receiver_handle_blank",
      (c) => c.messages.create.mutate({ ...draft(), message: "hi" }),
    ],
    [
      "a blank handle",
      "user_receiver_handle_blank",
      (c) => c.messages.create.mutate({ ...draft(), handle: " ", message: "hi" }),
    ],
    [
      "two receivers",
      "invalid_input",
      (c) =>
        c.messages.create.mutate({
          ...draft(),
          handle: "londo",
          message_group_uuid: createUuid(),
          message: "hi",
        }),
    ],
    [
      "no client_id",
      "client_id_blank",
      (c) => c.messages.create.mutate({ handle: "londo", message: "hi" } as never),
    ],
    [
      "a blank group",
      "message_group_uuid_blank",
      (c) => c.messages.list.query({ message_group_uuid: "" }),
    ],
    ["no group", "message_group_uuid_blank", (c) => c.messages.list.query({} as never)],
    [
      "a group that isn't a uuid",
      "invalid_input",
      (c) => c.messages.list.query({ message_group_uuid: "x" }),
    ],
    ["a limit of 0", "invalid_input", (c) => c.messageGroups.list.query({ limit: 0 })],
    ["a limit of 101", "invalid_input", (c) => c.messageGroups.list.query({ limit: 101 })],
    [
      "an unknown handle looked up",
      "user_not_found",
      (c) => c.users.short.query({ handle: "nobody" }),
    ],
    [
      "a blank display name",
      "display_name_blank",
      (c) => c.users.update.mutate({ display_name: "  " }),
    ],
  ];
  test.each(cases)("%s is 422 %s", async (_name, app_code, call) => {
    const before = await as("andrewbrown").messageGroups.list.query({});
    expect(await refusalOf(call(as("andrewbrown")))).toEqual({ status: 422, app_code });
    expect(await as("andrewbrown").messageGroups.list.query({})).toEqual(before);
  });

  test("1,000 emoji are a message", async () => {
    const sent = await send("andrewbrown", { handle: "londo" }, "👨‍👩‍👧‍👦".repeat(1000));
    expect(sent.message).toBe("👨‍👩‍👧‍👦".repeat(1000));
  });

  test("a client_id of another conversation is refused", async () => {
    const client_id = createClientId();
    await as("andrewbrown").messages.create.mutate({ client_id, handle: "londo", message: "a" });
    const reused = as("andrewbrown").messages.create.mutate({
      client_id,
      handle: "bayko",
      message: "b",
    });
    expect(await refusalOf(reused)).toEqual({ status: 409, app_code: "client_id_reused" });
  });
});

describe("cursors", () => {
  test("a forged, cut or foreign cursor is 422 and shows nothing", async () => {
    const { message_group_uuid } = await send("andrewbrown", { handle: "bayko" }, "1");
    await send("andrewbrown", { message_group_uuid }, "2");
    const { next_cursor } = await as("andrewbrown").messages.list.query({
      message_group_uuid,
      limit: 1,
    });
    const cursor = next_cursor ?? "";
    expect(cursor).not.toBe("");
    const other = (await send("andrewbrown", { handle: "londo" }, "3")).message_group_uuid;
    const refused = { status: 422, app_code: "cursor_invalid" };
    const list = as("andrewbrown").messages.list;
    expect(await refusalOf(list.query({ message_group_uuid: other, cursor }))).toEqual(refused);
    expect(
      await refusalOf(as("bayko").messages.list.query({ message_group_uuid, cursor })),
    ).toEqual(refused);
    expect(await refusalOf(as("andrewbrown").messageGroups.list.query({ cursor }))).toEqual(
      refused,
    );
    for (const forged of [
      "x",
      cursor.slice(0, -1),
      `${cursor}A`,
      `A${cursor.slice(1)}`,
      "é",
      "...",
    ]) {
      if (forged === cursor) continue;
      expect(await refusalOf(list.query({ message_group_uuid, cursor: forged }))).toEqual(refused);
    }
  });
});
