import type { Folder } from "@cruddur/ddb/keys";
import type { Membership, MembershipId, StoredMessage } from "@cruddur/ddb/types";

type SentMessage = Pick<StoredMessage, "uuid" | "user_uuid" | "client_id">;

/** What a membership says about its member's own view of a conversation. */
export type Filing = Pick<
  Membership,
  | "folder"
  | "archived_after"
  | "muted_until"
  | "marked_unread"
  | "requested"
  | "request_messages"
  | "blocked"
  | "refused"
>;

export const UNFILED: Filing = {
  folder: "inbox",
  archived_after: null,
  muted_until: null,
  marked_unread: false,
  requested: null,
  request_messages: null,
  blocked: false,
  refused: false,
};

/**
 * Where every member has put every conversation, whom they block, and what they have hidden. A mute
 * lasts for good in the model, so that no clock decides what a message does to an archived
 * conversation.
 */
export class FilingModel {
  /** The number of the current step. */
  step = 0;
  /** `<blocker>/<blocked>` of every block. */
  readonly blocks = new Set<string>();
  readonly #filings = new Map<string, Filing>();
  /** The step in which a member's silence last began or ended. */
  readonly #muteSteps = new Map<string, number>();
  /** The step in which each message was first sent, by `<user_uuid>/<client_id>`. */
  readonly #sendSteps = new Map<string, number>();
  readonly #hidden = new Map<string, Set<string>>();
  readonly #messagesOf: (message_group_uuid: string) => readonly SentMessage[];

  constructor(messagesOf: (message_group_uuid: string) => readonly SentMessage[]) {
    this.#messagesOf = messagesOf;
  }

  of(id: MembershipId): Filing {
    return this.#filings.get(keyOf(id)) ?? UNFILED;
  }

  /** Takes over what a membership says; null for somebody who is not a member any more. */
  adopt(id: MembershipId, membership: Filing | null): void {
    if (membership === null) this.#filings.delete(keyOf(id));
    else this.#filings.set(keyOf(id), filingOf(membership));
  }

  /** Forgets whom an erased person has blocked, and who has blocked them. */
  forget(user_uuid: string): void {
    for (const block of this.blocks) if (block.includes(user_uuid)) this.blocks.delete(block);
  }

  beginSend(user_uuid: string, client_id: string): void {
    const key = `${user_uuid}/${client_id}`;
    if (!this.#sendSteps.has(key)) this.#sendSteps.set(key, this.step);
  }

  beginMute(id: MembershipId): void {
    this.#muteSteps.set(keyOf(id), this.step);
  }

  isBlocked(a: string, b: string): boolean {
    return this.blocks.has(`${a}/${b}`) || this.blocks.has(`${b}/${a}`);
  }

  hide(id: MembershipId, message_uuid: string): void {
    this.#hidden.set(keyOf(id), this.hiddenBy(id).add(message_uuid));
  }

  hiddenBy(id: MembershipId): Set<string> {
    return this.#hidden.get(keyOf(id)) ?? new Set();
  }

  /**
   * The folders in which a conversation may be after a change to `filing`: a message that is newer
   * than the archiving takes it out of the archive, unless its reader had muted the conversation.
   * Whether a message that was sent before a mute is projected after it isn't known.
   * @param settled whether the whole stream was delivered
   */
  foldersOf(id: MembershipId, filing: Filing, settled: boolean): Folder[] {
    const { folder, archived_after } = filing;
    if (folder !== "archive" || archived_after === null) return [folder];
    const home = filing.requested ?? "inbox";
    const newer = this.#messagesOf(id.message_group_uuid).filter(
      ({ uuid }) => uuid > archived_after,
    );
    const muteStep = this.#muteSteps.get(keyOf(id)) ?? -1;
    const certain = newer.filter(
      ({ user_uuid, client_id }) =>
        (this.#sendSteps.get(`${user_uuid}/${client_id}`) ?? -1) > muteStep,
    );
    const isMuted = filing.muted_until !== null;
    if (newer.length === 0 || (isMuted && certain.length === newer.length)) return ["archive"];
    if (!settled || isMuted || certain.length === 0) return ["archive", home];
    return [home];
  }

  /** Throws where a membership differs from `filing`, besides what messages have made of it since. */
  check(id: MembershipId, filing: Filing, membership: Filing, settled: boolean): void {
    const folders = this.foldersOf(id, filing, settled);
    const differences = Object.entries(filingOf(membership))
      .filter(([name]) => name !== "folder" && name !== "archived_after")
      .filter(([name, value]) => value !== filing[name as keyof Filing])
      .map(([name, value]) => `${name} is ${value}, not ${filing[name as keyof Filing]}`);
    if (!folders.includes(membership.folder)) {
      differences.push(`it is in ${membership.folder}, not in ${folders.join(" or ")}`);
    }
    const { archived_after } = membership;
    const isArchived = membership.folder === "archive";
    if (isArchived !== (archived_after !== null)) differences.push("archived_after is wrong");
    if (isArchived && (archived_after ?? "") < (filing.archived_after ?? "")) {
      differences.push("archived_after went back");
    }
    if (differences.length > 0) {
      throw new Error(`A conversation is not filed as it should be: ${differences.join("; ")}.`);
    }
  }
}

function filingOf(membership: Filing): Filing {
  const names = Object.keys(UNFILED) as (keyof Filing)[];
  return Object.fromEntries(names.map((name) => [name, membership[name]])) as unknown as Filing;
}

function keyOf({ user_uuid, message_group_uuid }: MembershipId): string {
  return `${message_group_uuid}/${user_uuid}`;
}
