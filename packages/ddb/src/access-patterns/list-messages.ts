import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { messageSk } from "../keys.ts";
import type { Page, PagePosition, StoredMessage } from "../types.ts";
import {
  MESSAGE_UUID_EDGES,
  type MessageRange,
  type MessagesOfMember,
  queryMessages,
} from "./message-range.ts";
import { toPage } from "./pages.ts";

/**
 * A page of a message group's messages, oldest first within the page; without a position, the
 * newest page. Pages towards newer messages are strongly consistent because readers catch up with
 * them; the others aren't, which halves their cost.
 */
export const listMessages = defineAccessPattern(
  {
    question: "A page of a message group's messages, towards older or newer",
    key: "pk = MSG#{message_group_uuid}, sk between {joined_after} and {created_at}#{message_uuid}, or between that and the newest",
    order: "read newest first, returned oldest first",
    cost: "one Query; 20 typical items 1 RU, towards newer 2 RU (strongly consistent)",
    actions: { table: ["Query"] },
  },
  async (
    table: Table,
    input: MessagesOfMember & { limit: number; position?: PagePosition | undefined },
  ): Promise<Page<StoredMessage>> => {
    const { message_group_uuid, joined_after, limit, position } = input;
    const toNewer = position !== undefined && "after" in position;
    const found = await queryMessages(table, {
      message_group_uuid,
      joined_after,
      ...(position === undefined ? {} : { condition: conditionOf(position) }),
      toNewer,
      limit: limit + 1,
      consistent: toNewer,
    });
    const page = toPage({
      ...found,
      limit,
      position,
      borderOf: ({ uuid }) => uuid,
      edges: MESSAGE_UUID_EDGES,
    });
    return { ...page, items: page.items.reverse() };
  },
);

function conditionOf(position: PagePosition): NonNullable<MessageRange["condition"]> {
  return "after" in position
    ? { operator: ">", border: messageSk(position.after) }
    : { operator: "<", border: messageSk(position.before) };
}
