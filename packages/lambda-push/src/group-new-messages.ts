import type { Item } from "@cruddur/ddb/attributes";
import { fromMessageItem } from "@cruddur/ddb/message-item";
import type { StoredMessage } from "@cruddur/ddb/types";

/** The new messages of a batch in one message group. */
export interface NewMessages {
  message_group_uuid: string;
  /** Oldest first. */
  messages: StoredMessage[];
  /** Sequence numbers of the first and the last of their records. */
  lowest: bigint;
  highest: bigint;
}

interface StreamRecord {
  eventName?: string;
  dynamodb?: { SequenceNumber?: string; NewImage?: Item };
}

/**
 * Groups the new messages of a batch of stream records by message group. A record that is not a valid
 * message is left out: the stream Lambda reads the same record and makes it a dead letter.
 */
export function groupNewMessages(records: readonly unknown[]): NewMessages[] {
  const groups = new Map<string, NewMessages>();
  for (const record of records as readonly StreamRecord[]) {
    const message = parseNewMessage(record);
    if (message === null) continue;
    const { message_group_uuid } = message;
    const number = sequenceOf(record);
    const group = groups.get(message_group_uuid);
    if (group === undefined) {
      const messages = [message];
      groups.set(message_group_uuid, {
        ...{ message_group_uuid, messages, lowest: number, highest: number },
      });
    } else {
      if (!group.messages.some(({ uuid }) => uuid === message.uuid)) group.messages.push(message);
      if (number < group.lowest) group.lowest = number;
      if (number > group.highest) group.highest = number;
    }
  }
  for (const { messages } of groups.values()) messages.sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
  return [...groups.values()];
}

function parseNewMessage({ eventName, dynamodb }: StreamRecord): StoredMessage | null {
  if (eventName !== "INSERT" || dynamodb?.NewImage === undefined) return null;
  try {
    return fromMessageItem(dynamodb.NewImage);
  } catch {
    return null;
  }
}

function sequenceOf({ dynamodb }: StreamRecord): bigint {
  return BigInt(dynamodb?.SequenceNumber ?? 0);
}
