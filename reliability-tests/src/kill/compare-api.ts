import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Model, ModelInboxEntry } from "../model.ts";
import { type ApiClient, isRetryable } from "./api-client.ts";

/** How often what people see through the API differs from the model. Every count must be 0. */
export interface Differences {
  missingMessages: number;
  duplicateMessages: number;
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
    wrongInboxEntries: 0,
    wrongUnreadCounts: 0,
  };
  for (const client of clients) {
    const entries = (await readInbox(client)).map(toModelInboxEntry);
    const expectedEntries = model.inbox(client.user_uuid);
    for (let i = 0; i < Math.max(entries.length, expectedEntries.length); i += 1) {
      const [entry, expected] = [entries[i], expectedEntries[i]];
      const isSame = isDeepStrictEqual(
        { ...entry, unread_count: 0 },
        { ...expected, unread_count: 0 },
      );
      if (!isSame) differences.wrongInboxEntries += 1;
      else if (entry?.unread_count !== expected?.unread_count) differences.wrongUnreadCounts += 1;
    }
  }
  for (const uuid of model.messageGroupUuids()) {
    const reader = clients.find(({ user_uuid }) => model.isMember(uuid, user_uuid));
    if (!reader) continue;
    const seen = await readDrafts(reader, uuid);
    const distinct = new Set(seen);
    differences.duplicateMessages += seen.length - distinct.size;
    differences.missingMessages += model
      .messages(uuid)
      .filter(({ client_id, user_uuid }) => !distinct.has(`${user_uuid}/${client_id}`)).length;
  }
  return differences;
}

function readInbox({ api }: ApiClient): Promise<MessageGroup[]> {
  return readAll((cursor) => api.messageGroups.list.query({ cursor }));
}

/** `<user_uuid>/<client_id>` of every message, which names its draft. */
async function readDrafts({ api }: ApiClient, message_group_uuid: string): Promise<string[]> {
  const messages = await readAll((cursor) =>
    api.messages.list.query({ message_group_uuid, cursor, limit: 100 }),
  );
  return messages.map(({ user_uuid, client_id }) => `${user_uuid}/${client_id}`);
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

function toModelInboxEntry(messageGroup: MessageGroup): ModelInboxEntry {
  return {
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
