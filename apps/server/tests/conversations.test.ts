import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { UNCHANGED_MESSAGE } from "@cruddur/contract/messages";
import { DEMO_PEOPLE } from "@cruddur/db/seed";
import { describe, expect, test } from "vitest";
import { createClient } from "./support/client.ts";
import { usePeople } from "./support/people.ts";
import { signIn, uuidOf } from "./support/stack.ts";

const { stack, as, send } = usePeople();

describe("conversations", () => {
  test("a first message creates the conversation for both people, under their current names", async () => {
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
        display_name: "Andrew Brown",
        message: "Hello there \n you",
        created_at: sent.created_at,
        unread_count: 1,
        last_message_uuid: sent.uuid,
      },
    ]);
    // The sender's own entry also shows the other person, and the newest message whoever wrote it.
    const own = await as("andrewbrown").messageGroups.list.query({});
    expect(own.items).toMatchObject([
      { uuid: sent.message_group_uuid, handle: "londo", last_message_uuid: sent.uuid },
    ]);
    const page = await as("londo").messages.list.query({
      message_group_uuid: sent.message_group_uuid,
    });
    expect(page.items).toEqual([sent]);
    expect(page.next_cursor).toBeNull();
  });

  test("a person is found by handle in upper or lower case, and only the name is shown", async () => {
    const short = { uuid: uuidOf("londo"), handle: "londo", display_name: "Londo Mollari" };
    for (const handle of ["londo", "@Londo"]) {
      expect(await as("bayko").users.short.query({ handle })).toEqual(short);
    }
  });

  test("a repeated send stores one message", async () => {
    const client_id = createClientId();
    const calls = Array.from({ length: 20 }, () =>
      as("bayko").messages.create.mutate({ handle: "londo", message: "once", client_id }),
    );
    const uuids = new Set((await Promise.all(calls)).map(({ uuid }) => uuid));
    expect(uuids.size).toBe(1);
  });

  test("a created message has a uuid of its own, different from its sender's", async () => {
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
        ...UNCHANGED_MESSAGE,
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

  test("paging to the end and back returns each message once, in order", async () => {
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

  test("a read marker changes the reader's unread count and never moves back", async () => {
    const { message_group_uuid, uuid } = await send("andrewbrown", { handle: "bayko" }, "read me");
    await as("bayko").messageGroups.accept.mutate({ message_group_uuid });
    const read = await as("bayko").messageGroups.markRead.mutate({
      message_group_uuid,
      message_uuid: uuid,
    });
    expect(read).toEqual({ read_message_uuid: uuid, unread_count: 0 });
    const detail = await as("andrewbrown").messageGroups.get.query({ message_group_uuid });
    expect(detail.members.find(({ handle }) => handle === "bayko")?.read_message_uuid).toBe(uuid);
  });

  test("read receipts are hidden when either side hides them", async () => {
    const { message_group_uuid, uuid } = await send("andrewbrown", { handle: "bayko" }, "hidden");
    await as("bayko").messageGroups.markRead.mutate({ message_group_uuid, message_uuid: uuid });
    await as("andrewbrown").users.update.mutate({ read_receipts: false });
    const detail = await as("andrewbrown").messageGroups.get.query({ message_group_uuid });
    expect(detail.members.find(({ handle }) => handle === "bayko")?.read_message_uuid).toBeNull();
    await as("andrewbrown").users.update.mutate({ read_receipts: true });
  });

  test("a new display name is shown everywhere at once, also by other servers", async () => {
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

  test("people are found by a prefix and despite a typo, page by page, without the person who searches", async () => {
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

  test("a deleted person is shown as Deleted account, also in the inbox, whatever name was stored", async () => {
    const { message_group_uuid } = await stackGroupWithDeleted();
    const fresh = await stack.start();
    const client = createClient(fresh.url, (await signIn(fresh, "andrewbrown")).access_token);
    const { items } = await client.messages.list.query({ message_group_uuid });
    expect(items.map(({ display_name }) => display_name)).toEqual(["Deleted account"]);
    const inbox = await client.messageGroups.list.query({});
    const row = inbox.items.find(({ uuid }) => uuid === message_group_uuid);
    expect(row).toMatchObject({
      display_name: "Deleted account",
      handle: "",
      message: "from before",
    });
  });
});

async function stackGroupWithDeleted() {
  const receiver = DEMO_PEOPLE.find(({ handle }) => handle === "andrewbrown");
  if (receiver === undefined) throw new Error("no receiver");
  return stack.store.sendToPerson({
    sender: { user_uuid: randomUUID(), handle: "gone", display_name: "Gone" },
    receiver: {
      user_uuid: receiver.uuid,
      handle: receiver.handle,
      display_name: receiver.display_name,
    },
    client_id: createClientId(),
    message: "from before",
  });
}
