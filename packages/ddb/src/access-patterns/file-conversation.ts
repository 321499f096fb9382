import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromMembershipItem } from "../items/membership-item.ts";
import { FIRST_MESSAGE_UUID } from "../keys.ts";
import { homeFolderOf } from "../refile.ts";
import { unavailable } from "../retries.ts";
import type { Membership, MembershipId } from "../types.ts";
import { getNewestMessage } from "./get-newest-message.ts";
import { updateIf } from "./membership-writes.ts";
import { getMembership, getMembershipItem } from "./memberships.ts";
import { pinConversation } from "./pin-conversation.ts";

const ATTEMPTS = 8;

export type FilingChange = "archive" | "unarchive" | "pin" | "unpin";

/**
 * Moves a conversation to the archive or to the pinned ones, or back. A conversation that is where
 * the change takes it, or isn't where the change takes it from, stays as it is. Throws AppError
 * `not_a_member`, `pins_full`, `unavailable`, and `invalid_input` for a pin of a conversation in the
 * requests.
 */
export const fileConversation = defineAccessPattern(
  {
    question: "A conversation into the archive or onto the pinned ones, or back",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid}",
    cost: "1 RU and 3 WU; archiving one Query more; pinning as pinConversation",
    actions: { table: ["UpdateItem"] },
    uses: { getMembership, getNewestMessage, pinConversation },
  },
  async (table: Table, id: MembershipId, change: FilingChange): Promise<Membership> => {
    if (change === "pin") return pinConversation(table, id);
    let item = await getMembershipItem(table, id);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (item === undefined) throw new AppError("not_a_member");
      const membership = fromMembershipItem(item);
      const update = await planChange(table, membership, change);
      if (update === null) return membership;
      const outcome = await updateIf(table, id, {
        ...update,
        condition: "revision = :revision",
        values: { ...update.values, ":revision": item.revision ?? { N: "0" } },
      });
      if (outcome.written) return fromMembershipItem(outcome.item);
      item = outcome.item;
    }
    throw unavailable();
  },
);

type Update = Pick<Parameters<typeof updateIf>[2], "set" | "remove" | "folder" | "values">;

/** null when there is nothing to change. */
async function planChange(
  table: Table,
  membership: Membership,
  change: Exclude<FilingChange, "pin">,
): Promise<Update | null> {
  const { folder } = membership;
  const home = homeFolderOf(membership);
  switch (change) {
    case "archive": {
      if (folder === "archive") return null;
      // Read after the membership: whatever it shows was stored before. So every message that comes
      // later than the archiving is newer than this one, and brings the conversation back.
      const newest = await getNewestMessage(table, membership);
      return {
        folder: "archive",
        set: ["archived_after = :newest"],
        values: { ":newest": { S: newest?.uuid ?? FIRST_MESSAGE_UUID } },
      };
    }
    case "unarchive":
      return folder === "archive" ? { folder: home, remove: ["archived_after"] } : null;
    case "unpin":
      return folder === "pinned" ? { folder: home } : null;
  }
}
