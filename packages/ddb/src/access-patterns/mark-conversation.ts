import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromMembershipItem } from "../items/membership-item.ts";
import type { Membership, MembershipId } from "../types.ts";
import { updateIf } from "./membership-writes.ts";

/**
 * Mutes a conversation until a moment, or ends the mute. Throws AppError `not_a_member`,
 * `unavailable`.
 */
export const muteConversation = defineAccessPattern(
  {
    question: "A conversation silent until a moment, or no longer silent",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    cost: "2 WU",
    actions: { table: ["UpdateItem"] },
  },
  (
    table: Table,
    id: MembershipId,
    { muted_until }: Pick<Membership, "muted_until">,
  ): Promise<Membership> =>
    updateMember(
      table,
      id,
      muted_until === null
        ? { remove: ["muted_until"] }
        : {
            set: ["muted_until = :until"],
            values: { ":until": { N: String(Date.parse(muted_until)) } },
          },
    ),
);

/** Marks a conversation as unread until it is read again. Throws AppError `not_a_member`, `unavailable`. */
export const markUnread = defineAccessPattern(
  {
    question: "A conversation marked as unread, whatever its read marker says",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    cost: "2 WU",
    actions: { table: ["UpdateItem"] },
  },
  (table: Table, id: MembershipId): Promise<Membership> =>
    updateMember(table, id, {
      set: ["marked_unread = :true"],
      values: { ":true": { BOOL: true } },
    }),
);

async function updateMember(
  table: Table,
  id: MembershipId,
  update: Pick<Parameters<typeof updateIf>[2], "set" | "remove" | "values">,
): Promise<Membership> {
  const outcome = await updateIf(table, id, { ...update, condition: "attribute_exists(pk)" });
  if (!outcome.written) throw new AppError("not_a_member");
  return fromMembershipItem(outcome.item);
}
