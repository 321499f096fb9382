import { PREVIEW_MAX_BYTES, PREVIEW_MAX_CHARS } from "@cruddur/contract/limits";
import { truncateText } from "@cruddur/contract/text";

/** What the model keeps of a message: what must survive any fault. */
export interface ModelMessage {
  uuid: string;
  message_group_uuid: string;
  client_id: string;
  user_uuid: string;
  message: string;
}

/** A conversation as it must stand in one member's inbox. */
export interface ModelRow {
  message_group_uuid: string;
  member_count: number;
  last_message_uuid: string;
  last_message_user_uuid: string;
  preview: string;
  unread_count: number;
  read_message_uuid: string | null;
}

interface ModelGroup {
  /** Member's uuid → newest message they have read. */
  markers: Map<string, string | null>;
  /** Message uuid → message. */
  messages: Map<string, ModelMessage>;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The product without a table, a stream or a fault: people, groups, messages, read markers.
 * It learns message uuids from the answers, since their times are the server's to give.
 */
export class Model {
  readonly #groups = new Map<string, ModelGroup>();
  /** `<user_uuid>/<client_id>` → the message that every send with it must return. */
  readonly #sends = new Map<string, ModelMessage>();

  /** Idempotent, as the store's is. */
  createMessageGroup(message_group_uuid: string, user_uuids: readonly string[]): void {
    if (this.#groups.has(message_group_uuid)) return;
    this.#groups.set(message_group_uuid, {
      markers: new Map(user_uuids.map((user_uuid) => [user_uuid, null])),
      messages: new Map(),
    });
  }

  /**
   * @param read_message_uuid the newest message the group showed when they joined: it counts as
   *   read, and how far the group was shown is the table's to say
   */
  addMember(message_group_uuid: string, user_uuid: string, read_message_uuid: string | null): void {
    const { markers } = this.#group(message_group_uuid);
    if (!markers.has(user_uuid)) markers.set(user_uuid, read_message_uuid);
  }

  removeMember(message_group_uuid: string, user_uuid: string): void {
    this.#group(message_group_uuid).markers.delete(user_uuid);
  }

  /** Records an answer of a send. Throws when it contradicts an earlier answer. */
  acknowledge(message: ModelMessage): void {
    const { uuid, message_group_uuid, client_id, user_uuid, message: text } = message;
    const key = `${user_uuid}/${client_id}`;
    const first = this.#sends.get(key);
    if (first && (first.uuid !== uuid || first.message !== text)) {
      throw new Error(`client_id ${client_id} was stored twice: ${first.uuid} and ${uuid}`);
    }
    const kept = { uuid, message_group_uuid, client_id, user_uuid, message: text };
    this.#sends.set(key, kept);
    this.#group(message_group_uuid).messages.set(uuid, kept);
  }

  markRead(message_group_uuid: string, user_uuid: string, message_uuid: string): void {
    const { markers } = this.#group(message_group_uuid);
    const marker = markers.get(user_uuid);
    if (marker === undefined) return;
    if (marker === null || marker < message_uuid) markers.set(user_uuid, message_uuid);
  }

  /** For a marker that only the table can know; strangers have none. */
  setMarker(message_group_uuid: string, user_uuid: string, message_uuid: string | null): void {
    const { markers } = this.#group(message_group_uuid);
    if (markers.has(user_uuid)) markers.set(user_uuid, message_uuid);
  }

  isAcknowledged(user_uuid: string, client_id: string): boolean {
    return this.#sends.has(`${user_uuid}/${client_id}`);
  }

  groups(): string[] {
    return [...this.#groups.keys()];
  }

  hasGroup(message_group_uuid: string): boolean {
    return this.#groups.has(message_group_uuid);
  }

  members(message_group_uuid: string): string[] {
    return [...this.#group(message_group_uuid).markers.keys()];
  }

  isMember(message_group_uuid: string, user_uuid: string): boolean {
    return this.#groups.get(message_group_uuid)?.markers.has(user_uuid) ?? false;
  }

  /** Oldest first. */
  history(message_group_uuid: string): ModelMessage[] {
    const { messages } = this.#group(message_group_uuid);
    return [...messages.values()].sort((a, b) => compare(a.uuid, b.uuid));
  }

  /** The conversations of one person that hold a message, newest first. */
  inbox(user_uuid: string): ModelRow[] {
    return this.groups()
      .flatMap((group) => this.row(group, user_uuid) ?? [])
      .sort((a, b) => compare(b.last_message_uuid, a.last_message_uuid));
  }

  /** null for strangers and for groups without a message. */
  row(message_group_uuid: string, user_uuid: string): ModelRow | null {
    const { markers } = this.#group(message_group_uuid);
    const read_message_uuid = markers.get(user_uuid);
    const history = this.history(message_group_uuid);
    const newest = history.at(-1);
    if (read_message_uuid === undefined || !newest) return null;
    return {
      message_group_uuid,
      member_count: markers.size,
      last_message_uuid: newest.uuid,
      last_message_user_uuid: newest.user_uuid,
      preview: truncateText(newest.message, { chars: PREVIEW_MAX_CHARS, bytes: PREVIEW_MAX_BYTES }),
      unread_count: history.filter(
        (message) => message.user_uuid !== user_uuid && message.uuid > (read_message_uuid ?? ""),
      ).length,
      read_message_uuid,
    };
  }

  #group(message_group_uuid: string): ModelGroup {
    const group = this.#groups.get(message_group_uuid);
    if (!group) throw new Error(`no group ${message_group_uuid} in the model`);
    return group;
  }
}
