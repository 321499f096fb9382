import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromMembershipItem, membershipKey } from "../items/membership-item.ts";
import { batchGetItems, parseItems } from "../read-items.ts";
import type { Membership } from "../types.ts";
import { listInbox } from "./list-inbox.ts";

/**
 * A person's memberships in the groups of which another person is a member, too. Looks at pinned and
 * at the newest conversations of the inbox only. Eventually consistent.
 */
export const listGroupsInCommon = defineAccessPattern(
  {
    question: "Which groups do two people share?",
    key: "pk = GRP#{other_uuid}, sk = {message_group_uuid} for each group of a page of the inbox",
    order: "pinned ones first, then newest first",
    cost: "two pages of the inbox, 8 RU for 100 typical items, and 0.5 RU a group in them",
    actions: { table: ["BatchGetItem"] },
    uses: { listInbox },
  },
  async (
    table: Table,
    input: {
      user_uuid: string;
      other_uuid: string;
      /** How many of the newest conversations to look at, at most 100. */
      limit: number;
    },
  ): Promise<Membership[]> => {
    const { user_uuid, other_uuid, limit } = input;
    if (user_uuid === other_uuid) return [];
    const pages = await Promise.all(
      (["pinned", "inbox"] as const).map((folder) =>
        listInbox(table, { user_uuid, folder, limit }),
      ),
    );
    const groups = pages.flatMap(({ items }) => items).filter(({ group }) => group !== null);
    const keys = groups.map((each) => membershipKey(other_uuid, each.message_group_uuid));
    const found = parseItems(table, await batchGetItems(table, keys), fromMembershipItem);
    const shared = new Set(found.map(({ message_group_uuid }) => message_group_uuid));
    return groups.filter(({ message_group_uuid }) => shared.has(message_group_uuid));
  },
);
