import { setTimeout as sleep } from "node:timers/promises";
import type { MessageGroup } from "@cruddur/contract/message-groups";
import { type Client, isRetryable } from "./client.ts";
import type { Model, ModelRow } from "./model.ts";

/** What people see through the API, held against the model. All must be 0. */
export interface Losses {
  missing: number;
  doubled: number;
  inboxRowsWrong: number;
  unreadWrong: number;
}

/** Compares until nothing is wrong or the time is up: the stream may still be catching up. */
export async function countLosses(
  clients: readonly Client[],
  model: Model,
  timeLimitMs: number,
): Promise<Losses> {
  const endMs = Date.now() + timeLimitMs;
  for (;;) {
    try {
      const losses = await compare(clients, model);
      if (Object.values(losses).every((count) => count === 0) || Date.now() > endMs) return losses;
    } catch (error) {
      // What was killed may still be coming back: readers try again too.
      if (!isRetryable(error) || Date.now() > endMs) throw error;
    }
    await sleep(300);
  }
}

async function compare(clients: readonly Client[], model: Model): Promise<Losses> {
  const losses: Losses = { missing: 0, doubled: 0, inboxRowsWrong: 0, unreadWrong: 0 };
  for (const client of clients) {
    const rows = (await readInbox(client)).map(toModelRow);
    const expected = model.inbox(client.user_uuid);
    for (let i = 0; i < Math.max(rows.length, expected.length); i += 1) {
      const [row, right] = [rows[i], expected[i]];
      if (
        JSON.stringify({ ...row, unread_count: 0 }) !==
        JSON.stringify({ ...right, unread_count: 0 })
      ) {
        losses.inboxRowsWrong += 1;
      } else if (row?.unread_count !== right?.unread_count) losses.unreadWrong += 1;
    }
  }
  for (const group of model.groups()) {
    const reader = clients.find(({ user_uuid }) => model.isMember(group, user_uuid));
    if (!reader) continue;
    const seen = await readClientIds(reader, group);
    const distinct = new Set(seen);
    losses.doubled += seen.length - distinct.size;
    losses.missing += model
      .history(group)
      .filter(({ client_id, user_uuid }) => !distinct.has(`${user_uuid}/${client_id}`)).length;
  }
  return losses;
}

function readInbox({ api }: Client): Promise<MessageGroup[]> {
  return readAll((cursor) => api.messageGroups.list.query({ cursor }));
}

async function readClientIds({ api }: Client, message_group_uuid: string): Promise<string[]> {
  const messages = await readAll((cursor) =>
    api.messages.list.query({ message_group_uuid, cursor, limit: 100 }),
  );
  return messages.map(({ user_uuid, client_id }) => `${user_uuid}/${client_id}`);
}

/** The items of every page of a list, from its first page on. */
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

function toModelRow(row: MessageGroup): ModelRow {
  return {
    message_group_uuid: row.uuid,
    member_count: row.member_count,
    last_message_uuid: row.last_message_uuid,
    last_message_user_uuid: row.last_message_user_uuid,
    preview: row.message,
    unread_count: row.unread_count,
    read_message_uuid: row.read_message_uuid,
  };
}
