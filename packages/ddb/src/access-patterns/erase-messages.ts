import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import pLimit from "p-limit";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { formerMembershipKey } from "../items/membership-item.ts";
import { messageSk } from "../keys.ts";
import { callTable } from "../retries.ts";
import type { MembershipId, StoredMessage } from "../types.ts";
import { changeMessage, type MessageUpdate } from "./change-message.ts";
import { getMessage } from "./get-message.ts";
import { queryMessages } from "./message-range.ts";
import { parseReaction } from "./react-to-message.ts";

const WRITES_AT_ONCE = 8;

/**
 * One page of a message group in which a person was once a member: their messages become tombstones
 * without names, their reactions go, and their system messages lose the names. The last page also
 * deletes the former membership, after which nothing leads here any more. Safe to repeat. Throws
 * AppError `unavailable`.
 * @returns the messages that changed, and where the next page starts; null after the last one
 */
export const eraseMessages = defineAccessPattern(
  {
    question: "What a person who is erased wrote in a message group, as tombstones",
    key: "pk = MSG#{message_group_uuid}, sk > {created_at}#{message_uuid}; pk = FRM#{user_uuid}, sk = {message_group_uuid}",
    order: "oldest first",
    cost: "one Query, 100 typical messages 10 RU, strongly consistent; 1 RU and 1 WU for each message or reaction of the person",
    actions: { table: ["DeleteItem", "Query", "UpdateItem"] },
    uses: { getMessage },
  },
  async (
    table: Table & { now: () => number },
    input: MembershipId & { limit: number; after?: string | undefined },
  ): Promise<{ changed: StoredMessage[]; next: string | null }> => {
    const { user_uuid, message_group_uuid, limit, after } = input;
    const { items, more } = await queryMessages(table, {
      ...{ message_group_uuid, joined_after: null, limit, consistent: true, toNewer: true },
      ...(after !== undefined && { condition: { operator: ">", border: messageSk(after) } }),
    });
    const plan = (message: StoredMessage) => planErasure(message, user_uuid, table.now());
    const toChange = items.filter((message) => plan(message) !== null);
    const changed = await pLimit(WRITES_AT_ONCE).map(toChange, ({ uuid: message_uuid }) =>
      changeMessage(table, { message_group_uuid, message_uuid }, plan, { ofSystem: true }),
    );
    const last = items.at(-1);
    if (last !== undefined && (more || items.length >= limit)) return { changed, next: last.uuid };
    await deleteFormerMembership(table, input);
    return { changed, next: null };
  },
);

async function deleteFormerMembership(
  { client, tableName: TableName }: Table,
  id: MembershipId,
): Promise<void> {
  const Key = formerMembershipKey(id);
  await callTable(() => client.send(new DeleteItemCommand({ TableName, Key })));
}

const NO_NAMES = { display_name: "", handle: "" };

/** What an erasure makes of a message; null where nothing of the person is left in it. */
function planErasure(
  message: StoredMessage,
  user_uuid: string,
  nowMs: number,
): MessageUpdate | null {
  if (message.user_uuid !== user_uuid) return withoutReactions(message, user_uuid);
  if (message.display_name === "" && message.handle === "") return null;
  if (message.system_kind !== undefined) return { change: "erase_names", ...NO_NAMES };
  return {
    change: "delete",
    message: "",
    deleted_at: message.deleted_at ?? new Date(nowMs).toISOString(),
    ...NO_NAMES,
    edited_at: undefined,
    mentions: undefined,
    reply_to: undefined,
    reactions: undefined,
    reaction_op_ids: undefined,
    traceparent: undefined,
  };
}

function withoutReactions(message: StoredMessage, user_uuid: string): MessageUpdate | null {
  const { reactions = [] } = message;
  const kept = reactions.filter((reaction) => parseReaction(reaction).user_uuid !== user_uuid);
  if (kept.length === reactions.length) return null;
  // DynamoDB holds no empty sets.
  return { change: "reaction", reactions: kept.length === 0 ? undefined : kept };
}
