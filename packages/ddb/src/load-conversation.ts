import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory, derivePairGroupUuid } from "@cruddur/contract/ids";
import pLimit from "p-limit";
import { v5 } from "uuid";
import { markRead } from "./access-patterns/mark-read.ts";
import { getMembership } from "./access-patterns/memberships.ts";
import {
  claimMessageUuid,
  putMessage,
  type SendingTable,
  toMessage,
} from "./access-patterns/send-message.ts";
import { sendToPerson } from "./access-patterns/send-to-person.ts";
import { createProjection } from "./projection.ts";
import { TABLE_NAME } from "./table.ts";
import type { Member } from "./types.ts";

export interface ConversationLine {
  /** 1 for `from`, 2 for `to`. */
  person: 1 | 2;
  message: string;
}

const MINUTE_MS = 60_000;
const WRITES_AT_ONCE = 8;
/** Namespace of the drafts' ids: the same line of the same pair is the same draft. */
const SEED_NAMESPACE = "5a4e2f0c-8c0b-4a55-9d3e-3a0c8f6a1d77";

/**
 * Loads a conversation into the pair's group, one minute apart, the last line now. Loading it again
 * changes nothing. Whoever wrote has read what came before.
 * @param input.now ms since the epoch
 */
export async function loadConversation(input: {
  client: DynamoDBClient;
  tableName?: string;
  lines: readonly ConversationLine[];
  from: Member;
  to: Member;
  now?: number;
  onLine?: () => void;
}): Promise<{ message_group_uuid: string; messages: number }> {
  const { client, tableName = TABLE_NAME, lines, from, to, now = Date.now() } = input;
  const message_group_uuid = derivePairGroupUuid(from.user_uuid, to.user_uuid);
  const drafts = lines.map(({ person, message }, index) => ({
    sender: person === 1 ? from : to,
    receiver: person === 1 ? to : from,
    message,
    client_id: v5(`${message_group_uuid}:${index}:${person}:${message}`, SEED_NAMESPACE),
    table: tableAt({ client, tableName }, now - (lines.length - 1 - index) * MINUTE_MS),
  }));

  const [first] = drafts;
  if (first !== undefined) {
    const row = await getMembership(first.table, { ...first.sender, message_group_uuid });
    if (row === null) await sendToPerson(first.table, first);
  }
  const lastOf = new Map<string, string>();
  const limit = pLimit(WRITES_AT_ONCE);
  await Promise.all(
    drafts.map((draft) =>
      limit(async () => {
        const claim = { ...draft, message_group_uuid, notBeforeMs: 0 };
        const uuid = await claimMessageUuid(draft.table, claim);
        const place = { message_group_uuid, message_uuid: uuid, member_count: 2 };
        await putMessage(draft.table, toMessage(draft, place));
        const { user_uuid } = draft.sender;
        if (uuid > (lastOf.get(user_uuid) ?? "")) lastOf.set(user_uuid, uuid);
        input.onLine?.();
      }),
    ),
  );
  const projection = createProjection({ client, tableName });
  for (const { user_uuid } of [from, to]) {
    await projection.rebuildMembership({ user_uuid, message_group_uuid });
    const message_uuid = lastOf.get(user_uuid);
    if (message_uuid === undefined) continue;
    await markRead({ client, tableName }, { user_uuid, message_group_uuid, message_uuid });
  }
  return { message_group_uuid, messages: drafts.length };
}

/** The table as seen at one moment: what is minted carries that time. */
function tableAt(table: { client: DynamoDBClient; tableName: string }, ms: number): SendingTable {
  const now = () => ms;
  return { ...table, now, mintMessageUuid: createMessageUuidFactory(now) };
}
