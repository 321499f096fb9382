import { type Message, UNCHANGED_MESSAGE } from "@cruddur/contract/messages";
import { describe, expect, test } from "vitest";
import { acknowledge, addChange, applyChanges, applyToUnsent, foldChanges } from "./changes.ts";
import type { MessageChange, OutboxChange, OutboxMessage } from "./types.ts";

const ME = "me";
let ops = 0;

function change(made: MessageChange, of: Partial<OutboxChange> = {}): OutboxChange {
  ops += 1;
  const subject = { message_group_uuid: "g", message_uuid: "m1", client_id: "c1", ...of };
  return { ...subject, ...made, op_id: `op-${ops}`, created_at: "2026-01-02" } as OutboxChange;
}
const ofUnsent = (made: MessageChange) => change(made, { message_uuid: null });

function unsent(of: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    ...{ client_id: "c1", message_group_uuid: "g", handle: null, order: 1, message: "first" },
    ...{ state: "queued", attempts: 0, created_at: "2026-01-01", error: null, ...of },
  };
}

function stored(of: Partial<Message> = {}): Message {
  return {
    ...{ uuid: "m1", message_group_uuid: "g", client_id: "c1", user_uuid: ME, handle: "me" },
    ...{ display_name: "Me", message: "first", created_at: "2026-01-01", ...UNCHANGED_MESSAGE },
    ...of,
  };
}

const edit = (message: string) => ({ kind: "edit", message }) as const;

describe("a change of a message that is not sent yet", () => {
  test("edits or withdraws it here, so that the server never has the earlier text", () => {
    for (const message of [unsent(), unsent({ state: "held" }), unsent({ state: "failed" })]) {
      const edited = addChange({ messages: [message], changes: [] }, ofUnsent(edit("second")));
      expect(edited).toEqual({ messages: [{ ...message, message: "second" }], changes: [] });
      const queue = { messages: [message, unsent({ client_id: "c2" })], changes: [] };
      const left = addChange(queue, ofUnsent({ kind: "delete" }));
      expect(left).toEqual({ messages: [unsent({ client_id: "c2" })], changes: [] });
    }
  });

  test("waits for the answer when the server may have the message, and then names it", () => {
    for (const message of [unsent({ state: "sending" }), unsent({ is_uncertain: true })]) {
      const queue = addChange({ messages: [message], changes: [] }, ofUnsent(edit("second")));
      expect(queue.messages).toEqual([message]);
      expect(applyToUnsent(queue)).toEqual([{ ...message, message: "second" }]);
      const left = acknowledge(queue, "c1", "m1");
      expect(left).toMatchObject({ messages: [], changes: [{ message_uuid: "m1" }] });
    }
  });

  test("is made on the message that is left when the server refuses to store it", () => {
    const messages = [unsent({ state: "failed", is_uncertain: true }), unsent({ client_id: "c2" })];
    const elsewhere = change(edit("of another"), { message_uuid: null, client_id: "c2" });
    const changes = [ofUnsent(edit("second")), elsewhere];
    expect(foldChanges({ messages, changes }, "c1")).toEqual({
      messages: [{ ...messages[0], message: "second" }, messages[1]],
      changes: [elsewhere],
    });
    const withdrawn = { messages, changes: [ofUnsent({ kind: "delete" }), elsewhere] };
    expect(foldChanges(withdrawn, "c1").messages).toEqual([messages[1]]);
  });
});

describe("a change of a stored message", () => {
  test("waits after the changes before it; a deletion replaces those of its message", () => {
    const other = change(edit("other"), { message_uuid: "m2" });
    const before = [change(edit("second")), other, change({ kind: "react", emoji: "👍" })];
    const deletion = change({ kind: "delete" });
    const queue = before.reduce(addChange, { messages: [], changes: [] });
    expect(queue.changes).toEqual(before);
    expect(addChange(queue, deletion).changes).toEqual([other, deletion]);
  });

  test("shows at once: the last text, a tombstone, or nothing when it is hidden", () => {
    const show = (...made: MessageChange[]) =>
      applyChanges(
        [stored()],
        made.map((each) => change(each)),
        ME,
      );
    expect(show(edit("second"), edit("third"))).toMatchObject([
      { message: "third", edited_at: "2026-01-02" },
    ]);
    expect(show({ kind: "delete" }, edit("revived"))).toMatchObject([
      { message: "", deleted_at: "2026-01-02", deleted_by_user_uuid: ME },
    ]);
    expect(show({ kind: "hide" })).toEqual([]);
  });

  test("leaves every other message the same object", () => {
    const messages = [stored({ uuid: "m0" }), stored(), stored({ uuid: "m2", user_uuid: "you" })];
    const shown = applyChanges(messages, [change(edit("second"))], ME);
    expect([shown[0] === messages[0], shown[2] === messages[2]]).toEqual([true, true]);
    expect(applyChanges(messages, [], ME)).toBe(messages);
  });

  test("applies by client id to own messages alone, because others choose theirs", () => {
    const messages = [stored({ uuid: "m0", user_uuid: "you" }), stored()];
    const shown = applyChanges(messages, [ofUnsent(edit("second"))], ME);
    expect(shown.map(({ message }) => message)).toEqual(["first", "second"]);
  });

  test("adds and removes one's own reaction beside those of others", () => {
    const message = stored({ reactions: [{ emoji: "👍", user_uuids: ["you"] }] });
    const show = (...made: MessageChange[]) =>
      applyChanges(
        [message],
        made.map((each) => change(each)),
        ME,
      )[0]?.reactions;
    const both = [{ emoji: "👍", user_uuids: ["you", ME] }];
    expect(show({ kind: "react", emoji: "👍" }, { kind: "react", emoji: "👍" })).toEqual(both);
    expect(show({ kind: "react", emoji: "❤️" }, { kind: "unreact", emoji: "❤️" })).toEqual([
      { emoji: "👍", user_uuids: ["you"] },
    ]);
  });
});
