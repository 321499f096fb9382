import { randomUUID } from "node:crypto";
import { createClientId } from "@cruddur/contract/ids";
import { describe, expect, test } from "vitest";
import { type Client, refusalOf } from "./support/client.ts";
import { usePeople } from "./support/people.ts";

const { as, send } = usePeople();

describe("invalid input is refused with its code and changes nothing", () => {
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
      "the sender as receiver",
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
          message_group_uuid: randomUUID(),
          message: "hi",
        }),
    ],
    [
      "no client_id",
      "client_id_blank",
      (c) => c.messages.create.mutate({ handle: "londo", message: "hi" } as never),
    ],
    [
      "a blank message group uuid",
      "message_group_uuid_blank",
      (c) => c.messages.list.query({ message_group_uuid: "" }),
    ],
    ["no group", "message_group_uuid_blank", (c) => c.messages.list.query({} as never)],
    [
      "a message group that isn't a uuid",
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
      "a message of which nothing can be seen",
      "message_blank",
      (c) =>
        c.messages.create.mutate({ ...draft(), handle: "londo", message: "\u{e0001}\ufe0f\u00ad" }),
    ],
    ["NUL in a search", "invalid_input", (c) => c.users.search.query({ query: "a\u0000" })],
    [
      "half a character in a search",
      "invalid_input",
      (c) => c.users.search.query({ query: "\ud800" }),
    ],
    ["NUL in a name", "invalid_input", (c) => c.users.update.mutate({ display_name: "a\u0000b" })],
    [
      "a name of two lines",
      "invalid_input",
      (c) => c.users.update.mutate({ display_name: "a\nb" }),
    ],
    [
      "half a character in a name",
      "invalid_input",
      (c) => c.users.update.mutate({ display_name: "a\udc00" }),
    ],
    ["NUL in a handle", "user_not_found", (c) => c.users.short.query({ handle: "a\u0000b" })],
    [
      "a name that only turns the text",
      "display_name_blank",
      (c) => c.users.update.mutate({ display_name: "\u202e\u2066" }),
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

  test("a message of 1,000 emoji is accepted", async () => {
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
  test("a cursor that is forged, cut or of another list is 422 and reveals nothing", async () => {
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
