import type { Message } from "@cruddur/contract/messages";
import type { TimeFormat } from "../../../lib/time.ts";
import type { OutboxMessage } from "../../outbox/types.ts";

/** Same author within this time: one group of bubbles. */
const GROUP_MS = 5 * 60_000;

export interface MessageRow {
  kind: "message";
  /** Of an own message the `client_id`: the same from the outbox's copy to the server's. */
  key: string;
  /** null while only the outbox has it. */
  uuid: string | null;
  pending: OutboxMessage | null;
  message: Message | null;
  text: string;
  created_at: string;
  user_uuid: string;
  isFirst: boolean;
  isLast: boolean;
}

export type FeedRow =
  | MessageRow
  | { kind: "day"; key: string; created_at: string }
  | { kind: "divider"; key: string };

/** Finding a moment's day is slow, and the rows are built anew on every change. */
const days = new WeakMap<object, string>();

/**
 * What the feed shows, in order: the history, then what the outbox still has; each message once.
 * @param divider uuid of the first unread message when the visit began
 */
export function buildRows(options: {
  messages: readonly Message[];
  unsent: readonly OutboxMessage[];
  user_uuid: string;
  divider: string | null;
  time: Pick<TimeFormat, "dayKey">;
}): FeedRow[] {
  const { messages, unsent, user_uuid, divider, time } = options;
  const rows: FeedRow[] = [];
  let previous: MessageRow | null = null;
  let day = "";

  const dayOf = (of: object, created_at: string): string => {
    const known = days.get(of) ?? time.dayKey(created_at);
    days.set(of, known);
    return known;
  };
  const add = (row: Omit<MessageRow, "kind" | "isFirst" | "isLast">) => {
    const rowDay = dayOf(row.message ?? row.pending ?? row, row.created_at);
    const isNewDay = rowDay !== day;
    const isDivider = divider !== null && row.uuid === divider;
    day = rowDay;
    if (isNewDay) rows.push({ kind: "day", key: `day-${rowDay}`, created_at: row.created_at });
    if (isDivider) rows.push({ kind: "divider", key: "divider" });
    const isFirst =
      previous === null ||
      isNewDay ||
      isDivider ||
      previous.user_uuid !== row.user_uuid ||
      Date.parse(row.created_at) - Date.parse(previous.created_at) > GROUP_MS;
    if (previous !== null) previous.isLast = isFirst;
    previous = { ...row, kind: "message", isFirst, isLast: true };
    rows.push(previous);
  };

  const stored = new Set<string>();
  for (const message of messages) {
    const { client_id, uuid, created_at } = message;
    const isOwn = message.user_uuid === user_uuid;
    if (isOwn) stored.add(client_id);
    add({
      // Others choose their own client ids: only uuids are sure to differ.
      key: isOwn ? client_id : uuid,
      uuid,
      pending: null,
      message,
      text: message.message,
      created_at,
      user_uuid: message.user_uuid,
    });
  }
  for (const pending of unsent) {
    const { client_id, created_at } = pending;
    if (stored.has(client_id)) continue;
    add({
      key: client_id,
      uuid: null,
      pending,
      message: null,
      text: pending.message,
      created_at,
      user_uuid,
    });
  }
  return rows;
}

/** The first message by somebody else after the read marker; null when all is read. */
export function firstUnread(
  messages: readonly Message[],
  marker: string,
  user_uuid: string,
): string | null {
  return (
    messages.find((message) => message.uuid > marker && message.user_uuid !== user_uuid)?.uuid ??
    null
  );
}
