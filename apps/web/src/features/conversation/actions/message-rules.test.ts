import { UNCHANGED_MESSAGE } from "@cruddur/contract/messages";
import { expect, test } from "vitest";
import type { OutboxMessage } from "../../outbox/types.ts";
import type { MessageRow } from "../feed/feed-rows.ts";
import { actionsOn, lastEditable } from "./message-rules.ts";

const HOUR_MS = 3_600_000;
const SENT_MS = Date.UTC(2026, 0, 1);
const me = { user_uuid: "me", nowMs: SENT_MS + HOUR_MS };

function row(of: Partial<NonNullable<MessageRow["message"]>> = {}): MessageRow {
  const created_at = new Date(SENT_MS).toISOString();
  const message = {
    ...{ uuid: "m", message_group_uuid: "g", client_id: "c", user_uuid: "me", handle: "me" },
    ...{ display_name: "Me", message: "text", created_at, ...UNCHANGED_MESSAGE, ...of },
  };
  return {
    ...{ kind: "message", key: message.uuid, uuid: message.uuid, pending: null, message },
    ...{ text: message.message, created_at, user_uuid: message.user_uuid },
    ...{
      message_group_uuid: "g",
      reply_to: null,
      parent: null,
      isChanging: false,
      isFirst: true,
      isLast: true,
    },
  };
}
const unsent = (state: OutboxMessage["state"]): MessageRow => ({
  ...row(),
  message: null,
  uuid: null,
  pending: { state } as OutboxMessage,
});
const of = (shown: MessageRow, by = me) => [...actionsOn(shown, by)].sort();

test("one's own message can be edited for 24 hours, and deleted for everyone at any time", () => {
  const other = ["copy", "hide", "link", "react", "reply", "report"];
  expect(of(row())).toEqual(["copy", "delete", "edit", "hide", "link", "react", "reply"]);
  const late = { ...me, nowMs: SENT_MS + 24 * HOUR_MS };
  expect(of(row(), late)).toEqual(["copy", "delete", "hide", "link", "react", "reply"]);
  expect(of(row({ user_uuid: "you" }))).toEqual(other);
  const owner = { ...me, isOwner: true };
  expect(of(row({ user_uuid: "you" }), owner)).toEqual(["copy", "delete", ...other.slice(1)]);
});

test("a deleted message can only be hidden, and a system message not be changed at all", () => {
  expect(of(row({ deleted_at: "2026-01-01" }))).toEqual(["hide", "link"]);
  expect(of(row({ kind: "added" }))).toEqual([]);
});

test("in a conversation with a blocked person, nothing can be written, but messages be deleted", () => {
  const blocker = { ...me, isBlocked: true };
  expect(of(row(), blocker)).toEqual(["copy", "delete", "hide", "link"]);
  expect(of(row({ user_uuid: "you" }), blocker)).toEqual(["copy", "hide", "link", "report"]);
  expect(of(unsent("queued"), blocker)).toEqual(["copy", "delete"]);
});

test("a message that waits can be edited or withdrawn; one that failed has actions of its own", () => {
  expect(of(unsent("queued"))).toEqual(["copy", "delete", "edit"]);
  expect(of(unsent("failed"))).toEqual(["copy"]);
});

test("the arrow up edits the newest own message that can still be edited", () => {
  const rows = [row({ uuid: "a" }), row({ uuid: "b" }), row({ uuid: "c", user_uuid: "you" })];
  expect(lastEditable(rows, me)?.uuid).toBe("b");
  expect(lastEditable([...rows, unsent("failed")], me)?.uuid).toBe("b");
  expect(lastEditable(rows, { ...me, nowMs: SENT_MS + 25 * HOUR_MS })).toBeNull();
});
