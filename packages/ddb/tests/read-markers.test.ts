import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { person, send, startPair, useTable } from "./support.ts";

const table = useTable();

describe("read markers", () => {
  it("move forward only, and count what is left", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const first = await startPair(store, [a, b]);
    const { message_group_uuid } = first;
    const { user_uuid } = b;
    const second = await send(store, a, message_group_uuid, "second");
    const mark = (message_uuid: string) =>
      store.markRead({ user_uuid, message_group_uuid, message_uuid });
    expect(await mark(second.uuid)).toEqual({
      read_message_uuid: second.uuid,
      unread_count: 0,
      moved: true,
    });
    expect(await mark(first.uuid)).toEqual({
      read_message_uuid: second.uuid,
      unread_count: 0,
      moved: false,
    });
  });

  it("take away the mark of a conversation that its member marked as unread", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid, uuid: message_uuid } = await startPair(store, [a, b]);
    const id = { user_uuid: b.user_uuid, message_group_uuid };
    for (const _ of ["reading it first", "reading it again"]) {
      expect(await store.markUnread(id)).toMatchObject({ marked_unread: true });
      await store.markRead({ ...id, message_uuid });
      expect(await store.getMembership(id)).toMatchObject({ marked_unread: false });
    }
  });

  it("of a message that isn't there, or by someone who is no member, are refused", async () => {
    const store = table.createStore();
    const [a, b] = [person("a"), person("b")];
    const { message_group_uuid, uuid } = await startPair(store, [a, b]);
    const elsewhere = await startPair(store, [a, person("c")]);
    const { user_uuid } = b;
    for (const message_uuid of [elsewhere.uuid, randomUUID()]) {
      const marking = store.markRead({ user_uuid, message_group_uuid, message_uuid });
      await expect(marking).rejects.toMatchObject({ code: "message_not_found" });
    }
    const outsider = person("outsider").user_uuid;
    const marking = store.markRead({ user_uuid: outsider, message_group_uuid, message_uuid: uuid });
    await expect(marking).rejects.toMatchObject({ code: "not_a_member" });
  });
});
