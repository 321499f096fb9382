import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromMembershipItem } from "../items/membership-item.ts";
import { unavailable } from "../retries.ts";
import type { Member, Membership, MembershipId } from "../types.ts";
import { updateIf } from "./membership-writes.ts";
import { getMembership, getMembershipItem } from "./memberships.ts";

const ATTEMPTS = 8;

/**
 * Accepts a stranger's request: first the sender's membership, then the member's own, so that a
 * request whose acceptance failed halfway is still shown and can be accepted again. Does nothing where there
 * is no request. Throws AppError `not_a_member`, `unavailable`.
 */
export const acceptRequest = defineAccessPattern(
  {
    question: "A request of a stranger accepted",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid} for both",
    cost: "1 RU and at most 4 WU",
    actions: { table: ["UpdateItem"] },
    uses: { getMembership },
  },
  async (table: Table, id: MembershipId): Promise<Membership> => {
    let item = await getMembershipItem(table, id);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (item === undefined) throw new AppError("not_a_member");
      const membership = fromMembershipItem(item);
      if (membership.requested === null) return membership;
      if (membership.other !== null) await endLimit(table, id, membership.other);
      const outcome = await updateIf(table, id, {
        remove: ["requested", "requested_by"],
        folder: membership.folder === "requests" ? "inbox" : undefined,
        condition: "revision = :revision",
        values: { ":revision": item.revision ?? { N: "0" } },
      });
      if (outcome.written) return fromMembershipItem(outcome.item);
      item = outcome.item;
    }
    throw unavailable();
  },
);

/** From now on the sender may send as many messages as they like. */
async function endLimit(
  table: Table,
  { message_group_uuid }: MembershipId,
  { user_uuid }: Member,
): Promise<void> {
  const sender = { user_uuid, message_group_uuid };
  await updateIf(table, sender, {
    remove: ["request_messages"],
    condition: "attribute_exists(request_messages)",
  });
}
