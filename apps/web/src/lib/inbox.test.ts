import { createMessageUuidFactory } from "@cruddur/contract/ids";
import { type MessageGroup, PAIR, UNFILED } from "@cruddur/contract/message-groups";
import { type Message, UNCHANGED_MESSAGE } from "@cruddur/contract/messages";
import { expect, it } from "vitest";
import {
  type InboxOverlay,
  keepLoaded,
  type MessageGroupList,
  mergeInbox,
  overlayChange,
  overlayHidden,
  overlayLeft,
  overlayMessage,
  overlayMessageGroup,
  overlayRead,
} from "./inbox.ts";

const me = "me";
const mint = createMessageUuidFactory(() => 1_700_000_000_000);
const uuids = Array.from({ length: 12 }, () => mint());
const id = (index: number) => uuids[index] ?? "";
const empty: InboxOverlay = new Map();

function messageGroup(uuid: string, last: number, over: Partial<MessageGroup> = {}): MessageGroup {
  return {
    uuid,
    ...PAIR,
    ...UNFILED,
    user_uuid: `other-${uuid}`,
    display_name: uuid,
    handle: uuid,
    member_count: 2,
    message: `message ${last}`,
    message_deleted: false,
    created_at: "2026-01-01T00:00:00.000Z",
    last_message_uuid: id(last),
    last_message_user_uuid: `other-${uuid}`,
    last_message_display_name: "Other",
    unread_count: 0,
    read_message_uuid: null,
    ...over,
  };
}

function message(
  message_group_uuid: string,
  index: number,
  user_uuid = `other-${message_group_uuid}`,
): Message {
  return {
    uuid: id(index),
    message_group_uuid,
    client_id: id(index),
    user_uuid,
    display_name: user_uuid,
    handle: user_uuid,
    message: `message ${index}`,
    created_at: "2026-01-01T00:00:01.000Z",
    ...UNCHANGED_MESSAGE,
  };
}

it("a live message moves its conversation to the top with preview and count", () => {
  const overlay = overlayMessage(empty, message("a", 5), me);
  const [first] = mergeInbox([messageGroup("b", 2), messageGroup("a", 1)], overlay);
  expect(first).toMatchObject({ uuid: "a", message: "message 5", unread_count: 1 });
});

it("a stale read of the index does not move a conversation back", () => {
  const overlay = overlayMessage(empty, message("a", 5), me);
  for (const stale of [messageGroup("a", 1), messageGroup("a", 4, { unread_count: 3 })]) {
    const [first] = mergeInbox([messageGroup("b", 2), stale], overlay);
    expect(first).toMatchObject({ uuid: "a", last_message_uuid: id(5) });
  }
});

it("no message is counted twice when the index is up to date again", () => {
  let overlay = overlayMessage(empty, message("a", 5), me);
  overlay = overlayMessage(overlay, message("a", 6), me);
  const count = (last: number, unread_count: number) =>
    mergeInbox([messageGroup("a", last, { unread_count })], overlay)[0]?.unread_count;
  expect(count(1, 0)).toBe(2);
  expect(count(5, 1)).toBe(2);
  expect(count(6, 2)).toBe(2);
});

it("a repeated event, or an older one that follows, changes nothing", () => {
  const once = overlayMessage(overlayMessage(empty, message("a", 6), me), message("a", 5), me);
  const twice = overlayMessage(overlayMessage(once, message("a", 6), me), message("a", 5), me);
  const [first] = mergeInbox([messageGroup("a", 1)], twice);
  expect(first).toMatchObject({ unread_count: 2, last_message_uuid: id(6) });
});

it("an own message moves the conversation and does not count as unread", () => {
  const [first] = mergeInbox(
    [messageGroup("a", 1)],
    overlayMessage(empty, message("a", 5, me), me),
  );
  expect(first).toMatchObject({ unread_count: 0, last_message_user_uuid: me });
});

it("a read marker clears the count at once, and a stale read does not bring it back", () => {
  let overlay = overlayMessage(empty, message("a", 5), me);
  overlay = overlayRead(overlay, {
    message_group_uuid: "a",
    message_uuid: id(5),
    unread_count: 0,
  });
  expect(mergeInbox([messageGroup("a", 1)], overlay)[0]?.unread_count).toBe(0);
  expect(mergeInbox([messageGroup("a", 4, { unread_count: 3 })], overlay)[0]?.unread_count).toBe(0);
  overlay = overlayMessage(overlay, message("a", 6), me);
  expect(mergeInbox([messageGroup("a", 4, { unread_count: 3 })], overlay)[0]?.unread_count).toBe(1);
});

it("an older marker from another device does not replace a newer one", () => {
  const newer = overlayRead(empty, {
    message_group_uuid: "a",
    message_uuid: id(6),
    unread_count: 0,
  });
  const older = { message_group_uuid: "a", message_uuid: id(3), unread_count: 4 };
  expect(overlayRead(newer, older)).toBe(newer);
});

it("a conversation on two pages, or also read by its key, is shown once", () => {
  const overlay = overlayMessageGroup(empty, messageGroup("a", 3));
  const merged = mergeInbox(
    [messageGroup("a", 1), messageGroup("b", 2), messageGroup("a", 2)],
    overlay,
  );
  expect(merged.map(({ uuid }) => uuid)).toEqual(["a", "b"]);
  expect(merged[0]?.last_message_uuid).toBe(id(3));
});

const list = (items: MessageGroup[], next_cursor: string | null = null) => ({ items, next_cursor });
const uuidsOf = ({ items }: MessageGroupList) => items.map(({ uuid }) => uuid);

it("a later read that lags moves no conversation, count or marker back", () => {
  const before = list([
    messageGroup("a", 5, { unread_count: 0, read_message_uuid: id(5) }),
    messageGroup("b", 2),
  ]);
  const after = list([
    messageGroup("b", 4, { unread_count: 1 }),
    messageGroup("a", 5, { unread_count: 2, read_message_uuid: id(3) }),
    messageGroup("c", 1),
  ]);
  expect(keepLoaded(before, after).items).toEqual([
    after.items[0],
    before.items[0],
    messageGroup("c", 1),
  ]);
});

it("a new read of the first page keeps the pages below it, and what it has pushed out", () => {
  const before = list(
    [messageGroup("a", 5), messageGroup("b", 4), messageGroup("c", 2), messageGroup("d", 1)],
    "after d",
  );
  const after = list([messageGroup("d", 7), messageGroup("a", 5)], "after a");
  const kept = keepLoaded(before, after);
  expect(uuidsOf(kept)).toEqual(["d", "a", "b", "c"]);
  expect(kept.next_cursor).toBe("after d");
  const grown = { ...kept, items: [...kept.items, messageGroup("e", 0)], next_cursor: null };
  expect(keepLoaded(kept, grown)).toEqual(grown);
});

it("a new read of the first page replaces all pages where something between could be missing", () => {
  const before = list([messageGroup("a", 2), messageGroup("b", 1)], "after b");
  const apart = list([messageGroup("d", 9), messageGroup("c", 8)], "after c");
  expect(keepLoaded(before, apart)).toEqual(apart);
  const joined = list([messageGroup("d", 9), messageGroup("a", 2)], "after a");
  expect(uuidsOf(keepLoaded(before, joined))).toEqual(["d", "a", "b"]);
  expect(keepLoaded({ ...before, isOutdated: true }, joined)).toEqual(joined);
  const whole = list([messageGroup("a", 2)]);
  expect(keepLoaded(before, whole)).toEqual(whole);
});

it("a change of the newest message changes the preview and counts nothing", () => {
  const first = overlayMessage(empty, message("a", 5), me);
  const overlay = overlayMessage(first, { ...message("a", 5), message: "edited" }, me);
  const [before, after] = [1, 5].map(
    (last) =>
      mergeInbox([messageGroup("a", last, { unread_count: last === 5 ? 1 : 0 })], overlay)[0],
  );
  expect(before).toMatchObject({ message: "edited", unread_count: 1 });
  expect(after).toMatchObject({ message: "edited", unread_count: 1 });
  const next = overlayMessage(overlay, message("a", 6), me);
  expect(mergeInbox([messageGroup("a", 6)], next)[0]).toMatchObject({ message: "message 6" });
});

it("a conversation that the person has left is gone from the list until it is read again", () => {
  const listed = [messageGroup("a", 1), messageGroup("b", 2)];
  const left = overlayLeft(empty, "b");
  expect(mergeInbox(listed, left).map(({ uuid }) => uuid)).toEqual(["a"]);
  // A message that was on its way is no reason to show the conversation.
  const late = overlayMessage(left, message("b", 3), me);
  expect(mergeInbox(listed, late).map(({ uuid }) => uuid)).toEqual(["a"]);
  const back = overlayMessageGroup(late, messageGroup("b", 4));
  expect(mergeInbox(listed, back).map(({ uuid }) => uuid)).toEqual(["b", "a"]);
});

it("a live mention marks its conversation until it is read", () => {
  const mention = { ...message("a", 5), mentions: [me] };
  const overlay = overlayMessage(empty, mention, me);
  const isMentioned = (of: InboxOverlay) => mergeInbox([messageGroup("a", 1)], of)[0]?.mentioned;
  expect(isMentioned(overlay)).toBe(true);
  const read = (index: number, unread_count: number) =>
    overlayRead(overlay, { message_group_uuid: "a", message_uuid: id(index), unread_count });
  expect(isMentioned(read(4, 1))).toBe(true);
  expect(isMentioned(read(5, 0))).toBe(false);
});

it("a system message is shown as the newest message and never counts as unread", () => {
  const subject = { uuid: "mira", handle: "mira", display_name: "Mira" };
  const added = { ...message("a", 5), kind: "added" as const, message: "", subjects: [subject] };
  const [first] = mergeInbox([messageGroup("a", 1)], overlayMessage(empty, added, me));
  expect(first).toMatchObject({
    unread_count: 0,
    message_kind: "added",
    message_subjects: [subject],
    message_subject_count: 1,
  });
});

it("a hidden message leaves the preview, and an edit of it does not bring its text back", () => {
  const overlay = overlayMessage(empty, message("a", 5), me);
  const hidden = overlayHidden(overlay, { message_group_uuid: "a", message_uuid: id(5) });
  for (const last of [1, 5]) {
    const [first] = mergeInbox([messageGroup("a", last)], hidden);
    expect(first).toMatchObject({ message: "", message_deleted: true });
  }
  const emptied = messageGroup("a", 5, { message: "", message_deleted: true });
  const edited = overlayChange(overlay, { ...message("a", 5), message: "edited" });
  expect(mergeInbox([emptied], edited)[0]).toMatchObject({ message: "", message_deleted: true });
});
