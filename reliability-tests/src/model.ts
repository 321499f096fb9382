import { PREVIEW_MAX_BYTES, PREVIEW_MAX_CHARS, UNREAD_COUNT_MAX } from "@cruddur/contract/limits";
import { truncateText } from "@cruddur/contract/text";
import type { StoredMessage } from "@cruddur/ddb/types";
import { FilingModel } from "./filing-model.ts";
import {
  checkGroup,
  type GroupState,
  membershipOf,
  playGroup,
  type SystemMessage,
} from "./group-state.ts";

/** The fields of a message that must survive every fault. */
export interface ModelMessage {
  uuid: string;
  message_group_uuid: string;
  client_id: string;
  user_uuid: string;
  message: string;
  mentions?: readonly string[] | undefined;
  /** Of a system message: what it says about the group. */
  system?: SystemMessage | undefined;
}

/** A conversation as it must appear in one member's inbox. */
type HiddenSenders = (message_group_uuid: string) => readonly string[];

export interface ModelInboxEntry {
  message_group_uuid: string;
  member_count: number;
  last_message_uuid: string;
  last_message_user_uuid: string;
  preview: string;
  unread_count: number;
  read_message_uuid: string | null;
  mentioned: boolean;
  /** What the newest message is: `text`, or what it says about the group. */
  kind: string;
}

interface ModelMessageGroup {
  /** The members of a pair; null for a group, whose system messages tell its members. */
  pair: readonly string[] | null;
  /** The read markers that members have moved, each with the message by which they had joined. */
  readMarkers: Map<string, { joined: string | null; read: string | null }>;
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
  readonly filings = new FilingModel((uuid) =>
    this.hasMessageGroup(uuid) ? this.messages(uuid) : [],
  );
  /** uuids of the people who were erased, or are being erased in the current step. */
  readonly erased = new Set<string>();
  readonly #messageGroups = new Map<string, ModelMessageGroup>();
  /** `<user_uuid>/<client_id>`, with the message that every send of that draft must return. */
  readonly #sends = new Map<string, ModelMessage>();
  /** The changed messages by their uuid, and the text of every edit by its op_id. */
  readonly #states = new Map<string, ChangedMessage>();
  readonly #editTexts = new Map<string, string>();

  /** A new pair with its members, or a group, whose system messages tell its members. Idempotent. */
  addMessageGroup(message_group_uuid: string, pair: readonly string[] | null): void {
    if (this.#messageGroups.has(message_group_uuid)) return;
    this.#messageGroups.set(message_group_uuid, {
      pair,
      readMarkers: new Map(),
      messages: new Map(),
    });
  }

  /** Throws where the system messages of a group were impossible. */
  checkGroup(message_group_uuid: string): void {
    checkGroup(this.messages(message_group_uuid).flatMap(({ system }) => system ?? []));
  }

  /** A group as its system messages tell it; null for a pair. */
  groupState(message_group_uuid: string): GroupState | null {
    const { pair } = this.#messageGroup(message_group_uuid);
    if (pair !== null) return null;
    return playGroup(this.messages(message_group_uuid).flatMap(({ system }) => system ?? []));
  }

  /** What a membership must say about its group; null for a pair. */
  groupMembership(message_group_uuid: string, user_uuid: string) {
    const state = this.groupState(message_group_uuid);
    return state === null ? null : membershipOf(state, user_uuid);
  }

  /** The messages that a member must not see: those known before they were added without history. */
  readonly #hidden = new Map<string, { joined: string; upTo: string }>();

  /** Records that nothing up to a message, which was known before, may be seen by who joined. */
  hideHistory(
    message_group_uuid: string,
    user_uuid: string,
    horizon: { joined: string; upTo: string },
  ): void {
    this.#hidden.set(`${message_group_uuid}/${user_uuid}`, horizon);
  }

  /** The newest message that a member must not see; an empty string without one. */
  hiddenUpTo(message_group_uuid: string, user_uuid: string): string {
    const horizon = this.#hidden.get(`${message_group_uuid}/${user_uuid}`);
    const joined = this.#joined(message_group_uuid).get(user_uuid);
    return horizon !== undefined && horizon.joined === joined ? horizon.upTo : "";
  }

  /** Records the answer of a send. Throws when it contradicts an earlier answer. */
  acknowledge(message: ModelMessage): void {
    const { uuid, message_group_uuid, client_id, user_uuid, message: text } = message;
    const { system, mentions } = message;
    const key = `${user_uuid}/${client_id}`;
    const first = this.#sends.get(key);
    const isChanged = this.#states.has(uuid);
    if (first && (first.uuid !== uuid || (!isChanged && first.message !== text))) {
      throw new Error(`The draft ${client_id} was stored twice: ${first.uuid} and ${uuid}.`);
    }
    if (first) return;
    const ids = { uuid, message_group_uuid, client_id, user_uuid };
    const recorded = { ...ids, message: text, system, mentions };
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
  recordState(message: ChangedMessage & Pick<StoredMessage, "uuid">): void {
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
    const readMarker = this.#readMarker(message_group_uuid, user_uuid);
    if (readMarker !== null && readMarker >= message_uuid) return;
    this.setReadMarker(message_group_uuid, user_uuid, message_uuid);
  }

  /** Sets a read marker that only the table can know. Does nothing for a person who is no member. */
  setReadMarker(message_group_uuid: string, user_uuid: string, read: string | null): void {
    const joined = this.#joined(message_group_uuid).get(user_uuid);
    if (joined === undefined) return;
    this.#messageGroup(message_group_uuid).readMarkers.set(user_uuid, { joined, read });
  }

  /** The members, each with the message by which they joined; null for those of the beginning. */
  #joined(message_group_uuid: string): Map<string, string | null> {
    const { pair } = this.#messageGroup(message_group_uuid);
    const left = pair?.filter((user_uuid) => !this.erased.has(user_uuid));
    if (left !== undefined) return new Map(left.map((user_uuid) => [user_uuid, null]));
    const created = this.messages(message_group_uuid).find(({ system }) => system)?.uuid;
    const members = this.groupState(message_group_uuid)?.members ?? new Map<string, string>();
    return new Map(
      [...members].map(([user_uuid, uuid]) => [user_uuid, uuid === created ? null : uuid]),
    );
  }

  /** Whoever joins a group has read the message that says so. */
  #readMarker(message_group_uuid: string, user_uuid: string): string | null {
    const joined = this.#joined(message_group_uuid).get(user_uuid) ?? null;
    const marker = this.#messageGroup(message_group_uuid).readMarkers.get(user_uuid);
    return marker !== undefined && marker.joined === joined ? marker.read : joined;
  }

  /** The message by which a member joined a group; null for those of the beginning. */
  joinedBy(message_group_uuid: string, user_uuid: string): string | null {
    return this.#joined(message_group_uuid).get(user_uuid) ?? null;
  }

  /** The members of a pair; null for a group, and for a message group that isn't known yet. */
  pairOf(message_group_uuid: string): readonly string[] | null {
    return this.#messageGroups.get(message_group_uuid)?.pair ?? null;
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
    return [...this.#joined(message_group_uuid).keys()];
  }

  isMember(message_group_uuid: string, user_uuid: string): boolean {
    if (!this.#messageGroups.has(message_group_uuid)) return false;
    return this.#joined(message_group_uuid).has(user_uuid);
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

  /**
   * One person's conversations that hold a message, in all folders, newest first.
   * @param hiddenIn the senders who aren't counted in a message group; none by default
   */
  inbox(user_uuid: string, hiddenIn: HiddenSenders = () => []): ModelInboxEntry[] {
    return this.messageGroupUuids()
      .flatMap((uuid) => this.#inboxEntry(uuid, user_uuid, hiddenIn(uuid)) ?? [])
      .sort((a, b) => compare(b.last_message_uuid, a.last_message_uuid));
  }

  /** null for a person who is not a member, and for a message group without a message. */
  #inboxEntry(
    message_group_uuid: string,
    user_uuid: string,
    hidden: readonly string[],
  ): ModelInboxEntry | null {
    const members = this.members(message_group_uuid);
    const messages = this.messages(message_group_uuid);
    const newest = messages.at(-1);
    if (!members.includes(user_uuid) || !newest) return null;
    const read_message_uuid = this.#readMarker(message_group_uuid, user_uuid);
    const unread = messages.filter(
      ({ uuid, system, message, ...sent }) =>
        sent.user_uuid !== user_uuid &&
        !hidden.includes(sent.user_uuid) &&
        uuid > (read_message_uuid ?? "") &&
        system === undefined &&
        message !== "",
    );
    return {
      message_group_uuid,
      member_count: members.length,
      last_message_uuid: newest.uuid,
      last_message_user_uuid: newest.user_uuid,
      preview: truncateText(newest.message, { chars: PREVIEW_MAX_CHARS, bytes: PREVIEW_MAX_BYTES }),
      unread_count: Math.min(UNREAD_COUNT_MAX, unread.length),
      read_message_uuid,
      kind: newest.system?.system_kind ?? "text",
      mentioned: unread.some(({ mentions = [] }) => mentions.includes(user_uuid)),
    };
  }

  #messageGroup(message_group_uuid: string): ModelMessageGroup {
    const messageGroup = this.#messageGroups.get(message_group_uuid);
    if (!messageGroup) throw new Error(`The model has no message group ${message_group_uuid}.`);
    return messageGroup;
  }
}
