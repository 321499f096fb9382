import pLimit from "p-limit";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { parseMembershipPk, parseMembershipSk } from "../keys.ts";
import { reportCorruptItem } from "../read-items.ts";
import { scanIndex } from "../scan-index.ts";
import { MESSAGE_GROUP_INDEX } from "../table.ts";
import { rebuildMembership } from "./rebuild-membership.ts";

const MEMBERSHIPS_AT_ONCE = 8;

interface RebuildProgress {
  /** Called with the number of memberships before the first is rebuilt; costs a Scan of its own. */
  onTotal?: (memberships: number) => void;
  onMembership?: () => void;
}

/**
 * Rebuilds every membership, page by page of the members' index: safe while people write, and safe
 * to stop and start again. A membership or message that can't be read is reported to the table's
 * `onCorruptItem` and passed over.
 */
export const rebuildInboxes = defineAccessPattern(
  {
    question: "What should every membership say?",
    key: "every entry of the index, page by page",
    cost: "one Scan of the index, two with a progress bar; then rebuildMembership for each",
    actions: { [MESSAGE_GROUP_INDEX]: ["Scan"] },
    uses: { rebuildMembership },
  },
  async (
    table: Table,
    progress: RebuildProgress = {},
  ): Promise<{ memberships: number; repaired: number }> => {
    progress.onTotal?.(await countMemberships(table));
    const limit = pLimit(MEMBERSHIPS_AT_ONCE);
    const result = { memberships: 0, repaired: 0 };
    for await (const { Items = [] } of scanIndex(table, { IndexName: MESSAGE_GROUP_INDEX })) {
      await limit.map(Items, async (item) => {
        try {
          const rebuilt = await rebuildMembership(table, {
            user_uuid: parseMembershipPk(item.pk?.S ?? ""),
            message_group_uuid: parseMembershipSk(item.sk?.S ?? ""),
          });
          if (rebuilt !== null) result.memberships += 1;
          if (rebuilt?.repaired) result.repaired += 1;
        } catch (error) {
          reportCorruptItem(table, item, error);
        }
        progress.onMembership?.();
      });
    }
    return result;
  },
);

/** Reads the index: what DescribeTable says is up to six hours old, and 0 for a new table. */
async function countMemberships(table: Table): Promise<number> {
  let memberships = 0;
  for await (const { Count = 0 } of scanIndex(table, {
    IndexName: MESSAGE_GROUP_INDEX,
    Select: "COUNT",
  })) {
    memberships += Count;
  }
  return memberships;
}
