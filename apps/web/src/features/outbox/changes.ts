import type { Message } from "@cruddur/contract/messages";
import type { ConversationQueue, OutboxChange, OutboxMessage } from "./types.ts";

/**
 * Puts a change after those that wait. A change of a message that the server cannot have yet needs
 * no request: an edit replaces its text, and a deletion withdraws it. A deletion replaces the
 * changes of the same message that wait before it.
 */
export function addChange(queue: ConversationQueue, change: OutboxChange): ConversationQueue {
  const { messages, changes } = queue;
  const unsent = messages.find((message) => isAboutUnsent(change, message));
  if (unsent !== undefined && unsent.state !== "sending" && unsent.is_uncertain !== true) {
    return { changes, messages: applyToUnsent({ messages, changes: [change] }) };
  }
  const kept =
    change.kind === "delete" ? changes.filter((each) => !isSameSubject(each, change)) : changes;
  return { messages, changes: [...kept, change] };
}

/** Takes out a message that the server has stored. The changes that waited for it learn its uuid. */
export function acknowledge(
  queue: ConversationQueue,
  client_id: string,
  message_uuid: string,
): ConversationQueue {
  return {
    messages: queue.messages.filter((message) => message.client_id !== client_id),
    changes: queue.changes.map((change) =>
      isAboutUnsent(change, { client_id }) ? { ...change, message_uuid } : change,
    ),
  };
}

/** Makes the changes of a message that the server has refused on the unsent message itself. */
export function foldChanges(queue: ConversationQueue, client_id: string): ConversationQueue {
  const isFolded = (change: OutboxChange) => isAboutUnsent(change, { client_id });
  return {
    messages: applyToUnsent({ ...queue, changes: queue.changes.filter(isFolded) }),
    changes: queue.changes.filter((change) => !isFolded(change)),
  };
}

/** The unsent messages with their changes: another text, or gone. */
export function applyToUnsent({ messages, changes }: ConversationQueue): readonly OutboxMessage[] {
  return changes.reduce((applied, change) => {
    const message = applied.find((each) => isAboutUnsent(change, each));
    if (message === undefined) return applied;
    if (change.kind === "delete") return applied.filter((each) => each !== message);
    if (change.kind !== "edit") return applied;
    const edited = { ...message, message: change.message };
    return applied.map((each) => (each === message ? edited : each));
  }, messages);
}

/**
 * The messages of the server as they will be once the changes are made. Messages without a change
 * stay the same objects.
 */
export function applyChanges(
  messages: readonly Message[],
  changes: readonly OutboxChange[],
  user_uuid: string,
): readonly Message[] {
  if (changes.length === 0) return messages;
  return messages.flatMap((message) => {
    const made = changes.filter(({ message_uuid, client_id }) =>
      message_uuid === null
        ? client_id === message.client_id && message.user_uuid === user_uuid
        : message_uuid === message.uuid,
    );
    if (made.some(({ kind }) => kind === "hide")) return [];
    return [made.reduce((before, change) => applyChange(before, change, user_uuid), message)];
  });
}

function applyChange(message: Message, change: OutboxChange, user_uuid: string): Message {
  if (message.deleted_at !== null) return message;
  switch (change.kind) {
    case "edit":
      return { ...message, message: change.message, edited_at: change.created_at };
    case "delete": {
      const gone = { message: "", mentions: [], reply_to: null, reactions: [], edited_at: null };
      return {
        ...message,
        ...gone,
        deleted_at: change.created_at,
        deleted_by_user_uuid: user_uuid,
      };
    }
    case "react":
    case "unreact": {
      const { emoji, kind } = change;
      const known = message.reactions.find((reaction) => reaction.emoji === emoji);
      const others = (known?.user_uuids ?? []).filter((uuid) => uuid !== user_uuid);
      const user_uuids = kind === "react" ? [...others, user_uuid] : others;
      const next = { emoji, user_uuids };
      const reactions =
        known === undefined
          ? [...message.reactions, next]
          : message.reactions.map((reaction) => (reaction === known ? next : reaction));
      return { ...message, reactions: reactions.filter((each) => each.user_uuids.length > 0) };
    }
    case "hide":
      return message;
  }
}

const subjectOf = ({ message_uuid, client_id }: OutboxChange) => message_uuid ?? client_id;

const isSameSubject = (a: OutboxChange, b: OutboxChange) => subjectOf(a) === subjectOf(b);

function isAboutUnsent(change: OutboxChange, message: Pick<OutboxMessage, "client_id">): boolean {
  return change.message_uuid === null && change.client_id === message.client_id;
}
