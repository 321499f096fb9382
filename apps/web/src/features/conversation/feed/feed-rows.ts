import type { Message } from "@cruddur/contract/messages";
import type { TimeFormat } from "../../../lib/time.ts";
import type { OutboxMessage } from "../../outbox/types.ts";

/** Messages of one author within this time are shown together. */
const TOGETHER_MS = 5 * 60_000;

/** A message on the screen, whether the outbox or the server has it. */
export interface MessageRow {
  kind: "message";
  /** The `client_id` of an own message, so that the key stays the same when the server stores it. */
  key: string;
  /** null while only the outbox has the message. */
  uuid: string | null;
  pending: OutboxMessage | null;
  message: Message | null;
  text: string;
  created_at: string;
  user_uuid: string;
  /** First or last of the messages that are shown together. */
  isFirst: boolean;
  isLast: boolean;
}

export type FeedRow =
  | MessageRow
  | { kind: "day"; key: string; created_at: string }
  | { kind: "divider"; key: string };

/** The day of each message. Finding it is slow, and all rows are built again on every change. */
const days = new WeakMap<object, string>();

/**
 * The rows of the feed in order: the message history, then the outbox. Each message is shown once.
 * @param options.divider uuid of the first unread message when the visit started
 */
export function buildFeedRows(options: {
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
      Date.parse(row.created_at) - Date.parse(previous.created_at) > TOGETHER_MS;
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
      // Other people choose their client ids, so only uuids are unique.
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

/** Uuid of the first message by somebody else after the read marker; null when all is read. */
export function firstUnreadUuid(
  messages: readonly Message[],
  marker: string,
  user_uuid: string,
): string | null {
  return (
    messages.find((message) => message.uuid > marker && message.user_uuid !== user_uuid)?.uuid ??
    null
  );
}
