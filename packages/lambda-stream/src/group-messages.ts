import type { StoredMessage } from "@cruddur/ddb/types";
import type { ParsedRecord } from "./parse-record.ts";
import type { NewMessages } from "./update-inboxes.ts";

/** The new messages of one message group in a batch, however many there are. */
export interface MessageGroupBatch {
  /** Oldest first and each once, although a batch may repeat a record or bring one late. */
  messages: NewMessages;
  /** The lowest of the records' sequence numbers: the records are tried again together. */
  sequenceNumber: string;
}

/** Sorts the messages of a batch by message group. */
export function groupMessages(records: readonly ParsedRecord[]): MessageGroupBatch[] {
  interface Collected {
    sequenceNumbers: string[];
    messages: Map<string, StoredMessage>;
  }
  const messageGroups = new Map<string, Collected>();
  for (const record of records) {
    if (record.kind !== "message") continue;
    const { message, sequenceNumber } = record;
    const collected: Collected = messageGroups.get(message.message_group_uuid) ?? {
      sequenceNumbers: [],
      messages: new Map(),
    };
    collected.sequenceNumbers.push(sequenceNumber);
    collected.messages.set(message.uuid, message);
    messageGroups.set(message.message_group_uuid, collected);
  }
  return [...messageGroups.values()].flatMap(({ sequenceNumbers, messages }) => {
    const [oldest, ...newer] = [...messages.values()].sort(byUuid);
    const sequenceNumber = lowestOf(sequenceNumbers);
    if (oldest === undefined || sequenceNumber === undefined) return [];
    return [{ messages: [oldest, ...newer], sequenceNumber }];
  });
}

/** Sequence numbers are integers of any length, so they are compared as numbers, not as strings. */
export function lowestOf(sequenceNumbers: readonly string[]): string | undefined {
  return sequenceNumbers.reduce<string | undefined>(
    (lowest, next) => (lowest === undefined || BigInt(next) < BigInt(lowest) ? next : lowest),
    undefined,
  );
}

function byUuid(a: StoredMessage, b: StoredMessage): number {
  return a.uuid < b.uuid ? -1 : 1;
}
