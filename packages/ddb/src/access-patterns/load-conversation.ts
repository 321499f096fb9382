import { createHash } from "node:crypto";
import { TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { createMessageUuidFactory, derivePairGroupUuid } from "@cruddur/contract/ids";
import pLimit from "p-limit";
import { v5 } from "uuid";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { toMembershipItem } from "../items/membership-item.ts";
import { toMessageItem } from "../items/message-item.ts";
import { fromSendClaimItem, toSendClaimItem } from "../items/send-claim-item.ts";
import { callTable, isConditionFailure, unavailable } from "../retries.ts";
import { SEND_CLAIM_TTL_DAYS } from "../table.ts";
import type { Member } from "../types.ts";
import { markRead } from "./mark-read.ts";
import { rebuildMembership } from "./rebuild-membership.ts";
import { toMessage } from "./send-message.ts";

export interface ConversationLine {
  /** 1 for `from`, 2 for `to`. */
  person: 1 | 2;
  message: string;
}

export interface LoadedConversation {
  message_group_uuid: string;
  /** Messages that were stored now. */
  loaded: number;
  /** Messages that an earlier load of the same lines had stored. */
  already_there: number;
}

interface Draft {
  sender: Member;
  message: string;
  client_id: string;
  /** When the message was sent, in milliseconds since the epoch. */
  sentMs: number;
  /** Where the message is stored, or is to be stored. */
  message_uuid: string;
  /** True once the table is known to hold the draft's send claim. */
  isClaimed: boolean;
}

const MINUTE_MS = 60_000;
/** A transaction holds 100 items (Amazon DynamoDB quotas), and a message takes two: its claim and itself. */
const DRAFTS_PER_TRANSACTION = 50;
const TRANSACTIONS_AT_ONCE = 4;
const ATTEMPTS = 5;
const SEED_NAMESPACE = "5a4e2f0c-8c0b-4a55-9d3e-3a0c8f6a1d77";

export interface ConversationToLoad {
  lines: readonly ConversationLine[];
  from: Member;
  to: Member;
  /** When the last line was sent, in milliseconds since the epoch. Default: now. */
  now?: number;
  /** Called with the number of lines that have just been dealt with. */
  onProgress?: (lines: number) => void;
}

/**
 * Loads a conversation into the message group of two people, one minute apart, the last line now.
 * Loading the same lines again stores nothing, even when two loads run at once or one was
 * interrupted; other lines are another conversation in the same message group. Each person has read
 * everything before their own last line.
 * Throws AppError `unavailable`, after which the load can be repeated.
 */
export const loadConversation = defineAccessPattern(
  {
    question: "Many messages of two people, each stored once however often they are loaded",
    key: "pk = GRP#{user_uuid}, sk = {message_group_uuid} for both; the keys of sendMessage for each message",
    cost: "4 WU a message, because it is written in a transaction",
    actions: { table: ["PutItem"] },
    uses: { rebuildMembership, markRead },
  },
  async (table: Table, input: ConversationToLoad): Promise<LoadedConversation> => {
    const { from, to } = input;
    const message_group_uuid = derivePairGroupUuid(from.user_uuid, to.user_uuid);
    const drafts = createDrafts(input, message_group_uuid);
    await createPair(table, message_group_uuid, from, to);

    const chunks = Array.from(
      { length: Math.ceil(drafts.length / DRAFTS_PER_TRANSACTION) },
      (_, index) =>
        drafts.slice(index * DRAFTS_PER_TRANSACTION, (index + 1) * DRAFTS_PER_TRANSACTION),
    );
    const stored = await pLimit(TRANSACTIONS_AT_ONCE).map(chunks, async (chunk) => {
      const count = await storeDrafts(table, message_group_uuid, chunk);
      input.onProgress?.(chunk.length);
      return count;
    });

    for (const { user_uuid } of [from, to]) {
      await rebuildMembership(table, { user_uuid, message_group_uuid });
      const own = drafts.findLast(({ sender }) => sender.user_uuid === user_uuid);
      if (own === undefined) continue;
      await markRead(table, { user_uuid, message_group_uuid, message_uuid: own.message_uuid });
    }
    const loaded = stored.reduce((sum, count) => sum + count, 0);
    return { message_group_uuid, loaded, already_there: drafts.length - loaded };
  },
);

/** Makes both memberships, in no folder until they have a message. A pair that exists stays as it is. */
async function createPair(
  table: Table,
  message_group_uuid: string,
  from: Member,
  to: Member,
): Promise<void> {
  const created = { message_group_uuid, member_count: 2, last_message: null };
  const unread = { unread_count: 0, read_message_uuid: null };
  const items = [
    toMembershipItem({ ...created, ...unread, user_uuid: from.user_uuid, other: to }),
    toMembershipItem({ ...created, ...unread, user_uuid: to.user_uuid, other: from }),
  ];
  try {
    await transactPuts(table, items);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

function createDrafts(
  { lines, from, to, now = Date.now() }: ConversationToLoad,
  message_group_uuid: string,
): Draft[] {
  // A line is identified by all lines and its place among them, so that a text which two
  // conversations share is a message in each.
  const digest = createHash("sha256").update(JSON.stringify(lines)).digest("hex");
  return lines.map(({ person, message }, index) => {
    const sentMs = now - (lines.length - 1 - index) * MINUTE_MS;
    return {
      sender: person === 1 ? from : to,
      message,
      client_id: v5(`${message_group_uuid}:${digest}:${index}`, SEED_NAMESPACE),
      sentMs,
      message_uuid: createMessageUuidFactory(() => sentMs)(),
      isClaimed: false,
    };
  });
}

/** Stores the drafts that are not stored yet, all or none. @returns how many they were */
async function storeDrafts(
  table: Table,
  message_group_uuid: string,
  drafts: readonly Draft[],
): Promise<number> {
  let left = [...drafts];
  for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt += 1) {
    const writes = left.flatMap((draft) => toWrites(draft, message_group_uuid));
    try {
      await transactPuts(
        table,
        writes.map(({ item }) => item),
      );
      return left.length;
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      const { CancellationReasons = [] } = error as { CancellationReasons?: Reason[] };
      for (const [index, { draft, isClaim }] of writes.entries()) {
        const { Code, Item } = CancellationReasons[index] ?? {};
        if (Code !== "ConditionalCheckFailed") continue;
        if (!isClaim) left = left.filter((other) => other !== draft);
        else if (Item !== undefined) {
          draft.message_uuid = fromSendClaimItem(Item).message_uuid;
          draft.isClaimed = true;
        }
      }
    }
  }
  if (left.length > 0) throw unavailable();
  return 0;
}

interface Reason {
  Code?: string;
  Item?: Item;
}

/** The items of a draft that may have to be stored: its claim, unless it is known to exist, and the message. */
function toWrites(draft: Draft, message_group_uuid: string) {
  const { sender, client_id, sentMs, message_uuid } = draft;
  const claim = toSendClaimItem({
    user_uuid: sender.user_uuid,
    client_id,
    message_group_uuid,
    message_uuid,
    expiresAtSeconds: Math.floor(sentMs / 1000) + SEND_CLAIM_TTL_DAYS * 86_400,
  });
  const message = toMessage(draft, { message_group_uuid, message_uuid, member_count: 2 });
  return [
    ...(draft.isClaimed ? [] : [{ draft, isClaim: true, item: claim }]),
    { draft, isClaim: false, item: toMessageItem(message) },
  ];
}

async function transactPuts({ client, tableName }: Table, items: readonly Item[]): Promise<void> {
  const TransactItems = items.map((Item) => ({
    Put: {
      TableName: tableName,
      Item,
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    },
  }));
  await callTable(() => client.send(new TransactWriteItemsCommand({ TransactItems })));
}
