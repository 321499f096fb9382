import { PREVIEW_MAX_BYTES, PREVIEW_MAX_CHARS, UNREAD_COUNT_MAX } from "@cruddur/contract/limits";
import { truncateText } from "@cruddur/contract/text";
import type { StoredMessage } from "@cruddur/ddb/types";

/** The fields of a message that must survive every fault. */
export interface ModelMessage {
  uuid: string;
  message_group_uuid: string;
  client_id: string;
  user_uuid: string;
  message: string;
}

/** A conversation as it must appear in one member's inbox. */
export interface ModelInboxEntry {
  message_group_uuid: string;
  member_count: number;
  last_message_uuid: string;
  last_message_user_uuid: string;
  preview: string;
  unread_count: number;
  read_message_uuid: string | null;
}

interface ModelMessageGroup {
  /** The uuid of each member, with that member's read marker. */
  readMarkers: Map<string, string | null>;
  /** The messages by their uuid. */
  messages: Map<string, ModelMessage>;
}

/** What is known of a message that was changed: its state of the highest revision. */
type ChangedMessage = Pick<
  StoredMessage,
  "message" | "revision" | "deleted_at" | "edit_op_ids" | "reactions"
>;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The product without a table, a stream or faults: message groups, members, messages and read
 * markers. It takes message uuids from the answers, since the server assigns their times.
 */
export class Model {
  readonly #messageGroups = new Map<string, ModelMessageGroup>();
  /** `<user_uuid>/<client_id>`, with the message that every send of that draft must return. */
  readonly #sends = new Map<string, ModelMessage>();

  /** The changed messages by their uuid, and the text of every edit by its op_id. */
  readonly #states = new Map<string, ChangedMessage>();
  readonly #editTexts = new Map<string, string>();

  /** Idempotent, like the store's method. */
  createMessageGroup(message_group_uuid: string, user_uuids: readonly string[]): void {
    if (this.#messageGroups.has(message_group_uuid)) return;
    this.#messageGroups.set(message_group_uuid, {
      readMarkers: new Map(user_uuids.map((user_uuid) => [user_uuid, null])),
      messages: new Map(),
    });
  }

  /**
   * @param read_message_uuid the read marker that the table gave the new member: the newest message
   *   that was projected when they joined, which only the table knows
   */
  addMember(message_group_uuid: string, user_uuid: string, read_message_uuid: string | null): void {
    const { readMarkers } = this.#messageGroup(message_group_uuid);
    if (!readMarkers.has(user_uuid)) readMarkers.set(user_uuid, read_message_uuid);
  }

  removeMember(message_group_uuid: string, user_uuid: string): void {
    this.#messageGroup(message_group_uuid).readMarkers.delete(user_uuid);
  }

  /** Records the answer of a send. Throws when it contradicts an earlier answer. */
  acknowledge(message: ModelMessage): void {
    const { uuid, message_group_uuid, client_id, user_uuid, message: text } = message;
    const key = `${user_uuid}/${client_id}`;
    const first = this.#sends.get(key);
    const isChanged = this.#states.has(uuid);
    if (first && (first.uuid !== uuid || (!isChanged && first.message !== text))) {
      throw new Error(`The draft ${client_id} was stored twice: ${first.uuid} and ${uuid}.`);
    }
    if (first) return;
    const recorded = { uuid, message_group_uuid, client_id, user_uuid, message: text };
    this.#sends.set(key, recorded);
    this.#messageGroup(message_group_uuid).messages.set(uuid, recorded);
  }

  /** The text that an edit was sent with. */
  addEditText(op_id: string, text: string): void {
    this.#editTexts.set(op_id, text);
  }

  /**
   * Records a changed message of an answer. Every change is answered in the end, so the highest
   * revision is the last state. Throws when the answer contradicts another answer.
   */
  recordState(message: StoredMessage): void {
    const { uuid, revision = 0, deleted_at, edit_op_ids = [] } = message;
    const lastEdit = edit_op_ids.at(-1);
    const text = lastEdit === undefined ? undefined : this.#editTexts.get(lastEdit);
    const isTextRight =
      deleted_at === undefined ? [undefined, message.message].includes(text) : !message.message;
    if (!isTextRight) throw new Error(`The message ${uuid} has another text than its last edit.`);
    const known = this.#states.get(uuid);
    const [older, newer] = revision < (known?.revision ?? 0) ? [message, known] : [known, message];
    const isPrefix = (older?.edit_op_ids ?? []).every((id, i) => newer?.edit_op_ids?.[i] === id);
    if (!isPrefix) throw new Error(`The message ${uuid} lost an edit.`);
    if (older?.deleted_at !== undefined && newer?.deleted_at === undefined) {
      throw new Error(`The message ${uuid} was revived.`);
    }
    if (newer) this.#states.set(uuid, newer);
  }

  /** What the table must hold of a message that was changed; undefined for any other. */
  changedMessage(uuid: string): ChangedMessage | undefined {
    return this.#states.get(uuid);
  }

  /** Every text that a deleted message had and no other message has. */
  deletedTexts(): string[] {
    return [...this.#states.values()]
      .filter(({ deleted_at }) => deleted_at !== undefined)
      .flatMap(({ edit_op_ids = [] }) => edit_op_ids.map((id) => this.#editTexts.get(id) ?? ""))
      .filter((text) => text !== "");
  }

  /** Moves a member's read marker forward. Does nothing for a person who is not a member. */
  markRead(message_group_uuid: string, user_uuid: string, message_uuid: string): void {
    const { readMarkers } = this.#messageGroup(message_group_uuid);
    const readMarker = readMarkers.get(user_uuid);
    if (readMarker === undefined) return;
    if (readMarker === null || readMarker < message_uuid) readMarkers.set(user_uuid, message_uuid);
  }

  /** Sets a read marker that only the table can know. Does nothing for a person who is no member. */
  setReadMarker(message_group_uuid: string, user_uuid: string, message_uuid: string | null): void {
    const { readMarkers } = this.#messageGroup(message_group_uuid);
    if (readMarkers.has(user_uuid)) readMarkers.set(user_uuid, message_uuid);
  }

  isAcknowledged(user_uuid: string, client_id: string): boolean {
    return this.#sends.has(`${user_uuid}/${client_id}`);
  }

  messageGroupUuids(): string[] {
    return [...this.#messageGroups.keys()];
  }

  hasMessageGroup(message_group_uuid: string): boolean {
    return this.#messageGroups.has(message_group_uuid);
  }

  members(message_group_uuid: string): string[] {
    return [...this.#messageGroup(message_group_uuid).readMarkers.keys()];
  }

  isMember(message_group_uuid: string, user_uuid: string): boolean {
    return this.#messageGroups.get(message_group_uuid)?.readMarkers.has(user_uuid) ?? false;
  }

  /** The messages of a message group, oldest first. */
  messages(message_group_uuid: string): ModelMessage[] {
    const { messages } = this.#messageGroup(message_group_uuid);
    return [...messages.values()]
      .map((message) => ({
        ...message,
        message: this.#states.get(message.uuid)?.message ?? message.message,
      }))
      .sort((a, b) => compare(a.uuid, b.uuid));
  }

  /** One person's conversations that hold a message, newest first. */
  inbox(user_uuid: string): ModelInboxEntry[] {
    return this.messageGroupUuids()
      .flatMap((uuid) => this.#inboxEntry(uuid, user_uuid) ?? [])
      .sort((a, b) => compare(b.last_message_uuid, a.last_message_uuid));
  }

  /** null for a person who is not a member, and for a message group without a message. */
  #inboxEntry(message_group_uuid: string, user_uuid: string): ModelInboxEntry | null {
    const { readMarkers } = this.#messageGroup(message_group_uuid);
    const read_message_uuid = readMarkers.get(user_uuid);
    const messages = this.messages(message_group_uuid);
    const newest = messages.at(-1);
    if (read_message_uuid === undefined || !newest) return null;
    return {
      message_group_uuid,
      member_count: readMarkers.size,
      last_message_uuid: newest.uuid,
      last_message_user_uuid: newest.user_uuid,
      preview: truncateText(newest.message, { chars: PREVIEW_MAX_CHARS, bytes: PREVIEW_MAX_BYTES }),
      unread_count: Math.min(
        UNREAD_COUNT_MAX,
        messages.filter(
          (message) =>
            message.user_uuid !== user_uuid &&
            message.uuid > (read_message_uuid ?? "") &&
            message.message !== "",
        ).length,
      ),
      read_message_uuid,
    };
  }

  #messageGroup(message_group_uuid: string): ModelMessageGroup {
    const messageGroup = this.#messageGroups.get(message_group_uuid);
    if (!messageGroup) throw new Error(`The model has no message group ${message_group_uuid}.`);
    return messageGroup;
  }
}
