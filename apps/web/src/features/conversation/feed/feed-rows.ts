import type { Message } from "@cruddur/contract/messages";
import type { TimeFormat } from "../../../lib/time.ts";
import { applyChanges, applyToUnsent } from "../../outbox/changes.ts";
import type { OutboxChange, OutboxMessage } from "../../outbox/types.ts";

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
  message_group_uuid: string;
  text: string;
  /** Uuid of the message that this one answers. */
  reply_to: string | null;
  /** That message, where it is loaded. */
  parent: Message | null;
  /** The server has not stored the last change of the message yet. */
  isChanging: boolean;
  created_at: string;
  user_uuid: string;
  /** First or last of the messages that are shown together. */
  isFirst: boolean;
  isLast: boolean;
}

/** A line about the group, which nobody wrote. It never is unread. */
export interface SystemRow {
  kind: "system";
  key: string;
  message: Message;
}

export type FeedRow =
  | MessageRow
  | SystemRow
  | { kind: "day"; key: string; created_at: string }
  | { kind: "divider"; key: string };

/** The day of each message. Finding it is slow, and all rows are built again on every change. */
const days = new WeakMap<object, string>();

/**
 * The rows of the feed in order: the message history, then the outbox. Each message is shown once,
 * with the changes that wait in the outbox.
 * @param options.divider uuid of the first unread message when the visit started
 */
export function buildFeedRows(options: {
  messages: readonly Message[];
  unsent: readonly OutboxMessage[];
  changes: readonly OutboxChange[];
  user_uuid: string;
  divider: string | null;
  time: Pick<TimeFormat, "dayKey">;
}): FeedRow[] {
  const { changes, user_uuid, divider, time } = options;
  const messages = applyChanges(options.messages, changes, user_uuid);
  const unsent = applyToUnsent({ messages: options.unsent, changes });
  const changing = new Set(changes.map(({ message_uuid }) => message_uuid));
  const parentOf = createLookup(messages);
  const rows: FeedRow[] = [];
  let previous: MessageRow | null = null;
  let day = "";

  const dayOf = (of: object, created_at: string): string => {
    const known = days.get(of) ?? time.dayKey(created_at);
    days.set(of, known);
    return known;
  };
  const addDay = (of: object, created_at: string): boolean => {
    const rowDay = dayOf(of, created_at);
    if (rowDay === day) return false;
    day = rowDay;
    rows.push({ kind: "day", key: `day-${rowDay}`, created_at });
    return true;
  };
  const addSystem = (message: Message) => {
    addDay(message, message.created_at);
    previous = null;
    rows.push({ kind: "system", key: message.uuid, message });
  };
  const add = (row: Omit<MessageRow, "kind" | "isFirst" | "isLast">) => {
    const isNewDay = addDay(row.message ?? row.pending ?? row, row.created_at);
    const isDivider = divider !== null && row.uuid === divider;
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
    if (message.kind !== "text") {
      addSystem(message);
      continue;
    }
    const { client_id, uuid, message_group_uuid, reply_to, created_at } = message;
    const isOwn = message.user_uuid === user_uuid;
    if (isOwn) stored.add(client_id);
    add({
      // Other people choose their client ids, so only uuids are unique.
      key: isOwn ? client_id : uuid,
      uuid,
      pending: null,
      message,
      message_group_uuid,
      text: message.message,
      reply_to,
      parent: parentOf(reply_to),
      isChanging: changing.has(uuid),
      created_at,
      user_uuid: message.user_uuid,
    });
  }
  for (const pending of unsent) {
    const { client_id, message_group_uuid, reply_to = null, created_at } = pending;
    if (stored.has(client_id)) continue;
    add({
      key: client_id,
      uuid: null,
      pending,
      message: null,
      message_group_uuid,
      text: pending.message,
      reply_to,
      parent: parentOf(reply_to),
      isChanging: false,
      created_at,
      user_uuid,
    });
  }
  return rows;
}

/** All rows are built again on every change, and most of them are equal to the ones before. */
export function isSameRow(a: MessageRow, b: MessageRow): boolean {
  return (
    a.message === b.message &&
    a.pending === b.pending &&
    a.parent === b.parent &&
    a.isChanging === b.isChanging &&
    a.isFirst === b.isFirst &&
    a.isLast === b.isLast
  );
}

/** Finds messages by uuid. Most conversations have no replies, so the index is made when it is needed. */
function createLookup(messages: readonly Message[]): (uuid: string | null) => Message | null {
  let byUuid: Map<string, Message> | undefined;
  return (uuid) => {
    if (uuid === null) return null;
    byUuid ??= new Map(messages.map((message) => [message.uuid, message]));
    return byUuid.get(uuid) ?? null;
  };
}

/** True for a text of somebody else. Only those can be unread. */
export function isCounted(message: Message, user_uuid: string): boolean {
  return message.kind === "text" && message.user_uuid !== user_uuid;
}

/** Uuid of the first message by somebody else after the read marker; null when all is read. */
export function firstUnreadUuid(
  messages: readonly Message[],
  marker: string,
  user_uuid: string,
): string | null {
  return (
    messages.find((message) => message.uuid > marker && isCounted(message, user_uuid))?.uuid ?? null
  );
}
