import type { StoredMessage } from "@cruddur/ddb/types";
import type { ParsedRecord } from "./parse-record.ts";

/** What a batch says about one message group, however many messages it is about. */
export interface MessageGroupBatch {
  message_group_uuid: string;
  /** Messages whose insert is in the batch, oldest first. */
  inserted: StoredMessage[];
  /** Messages that the batch only edits or deletes, oldest first. */
  changed: StoredMessage[];
  /** Of all the records: they are tried again together. */
  sequenceNumbers: string[];
}

interface Collected {
  sequenceNumbers: string[];
  /** Each message once, in its newest state, although a batch may repeat a record or bring one late. */
  messages: Map<string, StoredMessage>;
  insertedUuids: Set<string>;
}

/** Sorts the messages of a batch by message group. */
export function groupMessages(records: readonly ParsedRecord[]): MessageGroupBatch[] {
  const messageGroups = new Map<string, Collected>();
  for (const record of records) {
    if (record.kind !== "message") continue;
    const { message, sequenceNumber, isNew } = record;
    const collected = messageGroups.get(message.message_group_uuid) ?? {
      sequenceNumbers: [],
      messages: new Map<string, StoredMessage>(),
      insertedUuids: new Set<string>(),
    };
    messageGroups.set(message.message_group_uuid, collected);
    collected.sequenceNumbers.push(sequenceNumber);
    if (isNew) collected.insertedUuids.add(message.uuid);
    const known = collected.messages.get(message.uuid);
    // Stryker disable next-line EqualityOperator: of one revision, every record shows the same.
    if (known === undefined || revisionOf(known) <= revisionOf(message)) {
      collected.messages.set(message.uuid, message);
    }
  }
  return [...messageGroups].map(([message_group_uuid, collected]) => {
    const { sequenceNumbers, insertedUuids } = collected;
    const messages = [...collected.messages.values()].sort(byUuid);
    const isInserted = ({ uuid }: StoredMessage) => insertedUuids.has(uuid);
    const inserted = messages.filter(isInserted);
    const changed = messages.filter((message) => !isInserted(message));
    return { message_group_uuid, inserted, changed, sequenceNumbers };
  });
}

/** Sequence numbers are integers of any length, so they are compared as numbers, not as strings. */
export function lowestOf(sequenceNumbers: readonly string[]): string | undefined {
  return sequenceNumbers.toSorted((a, b) => Number(BigInt(a) - BigInt(b)))[0];
}

function revisionOf({ revision = 0 }: StoredMessage): number {
  return revision;
}

function byUuid(a: StoredMessage, b: StoredMessage): number {
  // Stryker disable next-line EqualityOperator: no two are equal.
  return a.uuid < b.uuid ? -1 : 1;
}
