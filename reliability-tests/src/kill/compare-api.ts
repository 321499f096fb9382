import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import type { Model, ModelInboxEntry } from "../model.ts";
import { type ApiClient, isRetryable } from "./api-client.ts";

/** How often what people see through the API differs from the model. Every count must be 0. */
export interface Differences {
  missingMessages: number;
  duplicateMessages: number;
  /** Messages with another text, and those that a member must not see. */
  wrongMessages: number;
  wrongInboxEntries: number;
  wrongUnreadCounts: number;
}

/**
 * Compares what people see through the API with the model, again and again until there is no
 * difference or the time is over, since the projection may still be catching up.
 */
export async function compareApiWithModel(
  clients: readonly ApiClient[],
  model: Model,
  timeLimitMs: number,
): Promise<Differences> {
  const endMs = Date.now() + timeLimitMs;
  for (;;) {
    try {
      const differences = await compare(clients, model);
      const isEqual = Object.values(differences).every((count) => count === 0);
      if (isEqual || Date.now() > endMs) return differences;
    } catch (error) {
      // The last part that was killed may still be starting.
      if (!isRetryable(error) || Date.now() > endMs) throw error;
    }
    await sleep(300);
  }
}

async function compare(clients: readonly ApiClient[], model: Model): Promise<Differences> {
  const differences: Differences = {
    missingMessages: 0,
    duplicateMessages: 0,
    wrongMessages: 0,
    wrongInboxEntries: 0,
    wrongUnreadCounts: 0,
  };
  for (const client of clients) {
    const entries = (await readInbox(client)).map(toComparable);
    const expectedEntries = expectedInbox(model, client.user_uuid);
    for (let i = 0; i < Math.max(entries.length, expectedEntries.length); i += 1) {
      const [entry, expected] = [entries[i], expectedEntries[i]];
      const isSame = isDeepStrictEqual(
        { ...entry, unread_count: 0 },
        { ...expected, unread_count: 0 },
      );
      if (!isSame) differences.wrongInboxEntries += 1;
      else if (entry?.unread_count !== expected?.unread_count) differences.wrongUnreadCounts += 1;
    }
    for (const message_group_uuid of model.messageGroupUuids()) {
      if (!model.isMember(message_group_uuid, client.user_uuid)) continue;
      await compareMessages(client, model, message_group_uuid, differences);
    }
  }
  return differences;
}

/** What the API lists first: the pinned conversations, and then the others of the inbox. */
function expectedInbox(model: Model, user_uuid: string): ComparableEntry[] {
  const entries = model.inbox(user_uuid).map((entry) => {
    const id = { user_uuid, message_group_uuid: entry.message_group_uuid };
    const { folder, muted_until, marked_unread } = model.filings.of(id);
    const isHidden = model.filings.hiddenBy(id).has(entry.last_message_uuid);
    return {
      ...entry,
      preview: isHidden ? "" : entry.preview,
      ...{ pinned: folder === "pinned", muted_until, marked_unread },
    };
  });
  return [...entries.filter(({ pinned }) => pinned), ...entries.filter(({ pinned }) => !pinned)];
}

/** Compares what one member reads in one conversation, from where their reading starts. */
async function compareMessages(
  client: ApiClient,
  model: Model,
  message_group_uuid: string,
  differences: Differences,
): Promise<void> {
  const { user_uuid } = client;
  const joined = model.joinedBy(message_group_uuid, user_uuid);
  const isShared = model.hiddenUpTo(message_group_uuid, user_uuid) === "";
  const hidden = model.filings.hiddenBy({ user_uuid, message_group_uuid });
  const expected = new Map(
    model
      .messages(message_group_uuid)
      .filter(({ uuid }) => (isShared || uuid >= (joined ?? "")) && !hidden.has(uuid))
      .map(({ uuid, message }) => [uuid, message]),
  );
  const seen = await readMessages(client, message_group_uuid);
  const distinct = new Map(seen.map(({ uuid, message }) => [uuid, message]));
  differences.duplicateMessages += seen.length - distinct.size;
  for (const uuid of expected.keys()) {
    if (!distinct.has(uuid)) differences.missingMessages += 1;
  }
  for (const [uuid, message] of distinct) {
    if (expected.get(uuid) !== message) differences.wrongMessages += 1;
  }
}

async function readInbox({ api }: ApiClient): Promise<MessageGroup[]> {
  const folders = ["inbox", "requests", "archive"] as const;
  const lists = await Promise.all(
    folders.map((folder) => readAll((cursor) => api.messageGroups.list.query({ folder, cursor }))),
  );
  return lists.flat();
}

function readMessages({ api }: ApiClient, message_group_uuid: string): Promise<Message[]> {
  return readAll((cursor) => api.messages.list.query({ message_group_uuid, cursor, limit: 100 }));
}

/** The items of all pages of a list. */
async function readAll<Item>(
  read: (cursor: string | null) => Promise<{ items: Item[]; next_cursor: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}

type ComparableEntry = ModelInboxEntry &
  Pick<MessageGroup, "pinned" | "muted_until" | "marked_unread">;

function toComparable(messageGroup: MessageGroup): ComparableEntry {
  const { pinned, muted_until, marked_unread } = messageGroup;
  return {
    ...{ pinned, muted_until, marked_unread },
    message_group_uuid: messageGroup.uuid,
    member_count: messageGroup.member_count,
    last_message_uuid: messageGroup.last_message_uuid,
    last_message_user_uuid: messageGroup.last_message_user_uuid,
    preview: messageGroup.message,
    unread_count: messageGroup.unread_count,
    read_message_uuid: messageGroup.read_message_uuid,
    mentioned: messageGroup.mentioned,
    kind: messageGroup.message_kind,
  };
}
