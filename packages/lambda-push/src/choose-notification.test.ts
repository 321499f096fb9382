import { createMessageUuidFactory, messageCreatedAt } from "@cruddur/contract/ids";
import type { Membership, StoredMessage } from "@cruddur/ddb/types";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseNotification, NOTIFICATION_MAX_AGE_MS } from "./choose-notification.ts";

const NOW = Date.parse("2026-11-25T12:00:00.000Z");
const ME = "a1b2c3d4-0000-4000-8000-00000000000a";
const OTHER = "a1b2c3d4-0000-4000-8000-00000000000b";
const THIRD = "a1b2c3d4-0000-4000-8000-00000000000c";

/** Everything that the choice can depend on. */
const situation = fc.record({
  ageMs: fc.constantFrom(0, NOTIFICATION_MAX_AGE_MS - 1_000, NOTIFICATION_MAX_AGE_MS + 1_000),
  isOwn: fc.boolean(),
  isSystem: fc.boolean(),
  isDeleted: fc.boolean(),
  mentionsMe: fc.boolean(),
  mute: fc.constantFrom("none", "over", "on"),
  isArchived: fc.boolean(),
  request: fc.constantFrom("none", "inbox", "requests"),
  block: fc.constantFrom("none", "by_me", "of_me"),
  hidden: fc.constantFrom("nobody", "third", "sender"),
  read: fc.constantFrom("nothing", "before", "this", "after"),
  joined: fc.constantFrom("always", "before", "after"),
  mentionsBreakMutes: fc.boolean(),
});
type Situation = typeof situation extends fc.Arbitrary<infer Each> ? Each : never;

/** The small model: every reason for which a message notifies a member of nothing. */
function expected(is: Situation): "message" | "request" | null {
  const silent = [
    is.isOwn,
    is.isSystem,
    is.isDeleted,
    is.ageMs > NOTIFICATION_MAX_AGE_MS,
    is.block !== "none",
    is.hidden === "sender",
    is.request === "requests",
    is.read === "this" || is.read === "after",
    is.joined === "after",
    is.mute === "on" && !(is.mentionsMe && is.mentionsBreakMutes),
  ];
  if (silent.includes(true)) return null;
  return is.request === "inbox" ? "request" : "message";
}

function build(is: Situation): { message: StoredMessage; membership: Membership } {
  let clock = NOW - is.ageMs;
  const mint = createMessageUuidFactory(() => clock);
  const before = mint();
  const uuid = mint();
  clock += 1_000;
  const after = mint();
  const read = { nothing: null, before, this: uuid, after }[is.read];
  const joined_after = { always: null, before, after: uuid }[is.joined];
  const muted_until =
    is.mute === "none" ? null : new Date(NOW + (is.mute === "on" ? 1 : -1)).toISOString();
  const group = { name: null, role: "member", some_members: [], joined_at: "", joined_after };
  return {
    message: {
      uuid,
      ...{ message_group_uuid: "group", client_id: "c", message: "hello", member_count: 2 },
      ...{ display_name: "O", handle: "o", created_at: messageCreatedAt(uuid) },
      user_uuid: is.isOwn ? ME : OTHER,
      ...(is.isSystem && { system_kind: "left" as const }),
      ...(is.isDeleted && { deleted_at: new Date(NOW).toISOString() }),
      mentions: is.mentionsMe ? [OTHER, ME] : [OTHER],
    },
    membership: {
      user_uuid: ME,
      ...{ message_group_uuid: "group", marked_unread: true, member_count: 2, unread_count: 7 },
      folder: is.request === "requests" ? "requests" : is.isArchived ? "archive" : "inbox",
      requested: is.request === "none" ? null : is.request,
      ...{
        requested_by: null,
        request_messages: null,
        archived_after: null,
        other: null,
        last_message: null,
      },
      ...{ mentioned: false, muted_until, read_message_uuid: read },
      blocked: is.block === "by_me",
      refused: is.block === "of_me",
      hidden_senders: { nobody: [], third: [THIRD], sender: [THIRD, OTHER] }[is.hidden],
      group: group as Membership["group"],
    },
  };
}

test("a member is notified exactly when a small model of the rules says so", () => {
  fc.assert(
    fc.property(situation, (is) => {
      const { message, membership } = build(is);
      const { mentionsBreakMutes } = is;
      expect(chooseNotification(message, membership, { mentionsBreakMutes, nowMs: NOW })).toBe(
        expected(is),
      );
    }),
    { numRuns: 3_000 },
  );
});
