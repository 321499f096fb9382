import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Member, MembershipId } from "@cruddur/ddb/types";
import type { Filing } from "../filing-model.ts";
import type { Model, ModelMessage } from "../model.ts";
import type { FirstMessage } from "../operation-history.ts";
import type { TestEnvironment } from "../test-environment.ts";

/** What a client keeps until its message is acknowledged. */
export interface Draft {
  sender: Member;
  client_id: string;
  text: string;
  /** uuids of the people whom the text mentions. */
  mentions: string[];
  message_group_uuid: string;
  /** Set when the message is sent to a person rather than to an existing message group. */
  receiver: Member | null;
  /** What becomes of it where it is the first one of a stranger. */
  firstMessage: FirstMessage;
  /** True once it was sent, whatever came of it. */
  wasSent: boolean;
}

/** One change of a message as its client sends it, every time with the same op_id. */
export interface Change {
  type: "edit" | "delete" | "react" | "unreact";
  person: Member;
  message: ModelMessage;
  op_id: string;
  /** The new text of an edit. */
  text: string;
  emoji: string;
}

/** One change of a group as its client sends it, every time with the same op_id. */
export interface GroupChange {
  type: "rename" | "add_member" | "remove_member" | "leave" | "make_owner";
  message_group_uuid: string;
  actor: Member;
  /** Whom the change is about; the actor where it is about nobody else. */
  subject: Member;
  shareHistory: boolean;
  name: string | null;
  op_id: string;
}

/** One operation's part in what a membership says about its member's view. */
export interface Touch {
  /** What the model knew when the operation began. */
  before: Filing;
  /** Whether no other operation has concerned the membership during the current step. */
  isAlone(): boolean;
  /** What the membership must say after the step, if no other operation concerns it. */
  expect(filing: Filing): void;
}

interface Block {
  blocker_uuid: string;
  blocked_uuid: string;
}

/** What the operations of one history share: the test environment, the model, and past operations. */
export class OperationContext {
  readonly drafts: Draft[] = [];
  readonly changes: Change[] = [];
  readonly groupChanges: GroupChange[] = [];
  readonly messageGroups: string[] = [];
  readonly environment: TestEnvironment;
  readonly model: Model;
  /** `<message group>/<user>` of everyone who was a member at any time. */
  readonly #everMembers = new Set<string>();
  /** The memberships that change during the current step, about which either answer is right. */
  readonly #changing = new Map<string, { message_group_uuid: string; user_uuid: string }>();
  /** The memberships whose filing the current step concerns. */
  readonly #touched = new Map<string, { id: MembershipId; count: number; expected?: Filing }>();
  /** What the answers of the current step say about blocks: several say nothing about which is last. */
  readonly #blocks: { block: Block; exists: boolean }[] = [];
  /** How often each group is changed during the current step. */
  readonly #changeCounts = new Map<string, number>();

  constructor(environment: TestEnvironment, model: Model) {
    this.environment = environment;
    this.model = model;
  }

  person(index: number): Member {
    const person = pick(this.environment.people, index);
    if (!person) throw new Error("The test environment has no people.");
    return person;
  }

  /** The server that answers all requests of this person. */
  serverOf(person: Member): MessagesStore {
    const server = pick(this.environment.servers, this.environment.people.indexOf(person));
    if (!server) throw new Error("The test environment has no servers.");
    return server;
  }

  /** Enters a pair in the model once its first message is acknowledged. Idempotent. */
  addPair(message_group_uuid: string, members: readonly [Member, Member]): void {
    const uuids = members.map(({ user_uuid }) => user_uuid);
    this.#add(message_group_uuid, members, uuids);
  }

  /** Enters a group in the model once its creation is acknowledged. Idempotent. */
  addGroup(message_group_uuid: string, members: readonly Member[]): void {
    this.#add(message_group_uuid, members, null);
  }

  #add(uuid: string, members: readonly Member[], pair: readonly string[] | null): void {
    if (this.model.hasMessageGroup(uuid)) return;
    this.messageGroups.push(uuid);
    for (const member of members) this.#everMembers.add(keyOf(uuid, member));
    this.model.addMessageGroup(uuid, pair);
  }

  wasEverMember(message_group_uuid: string, person: Member): boolean {
    return this.#everMembers.has(keyOf(message_group_uuid, person));
  }

  /** Takes over the read markers of memberships that changed: only the table knows what came first. */
  async endStep(): Promise<void> {
    for (const id of this.#changing.values()) {
      const membership = await this.environment.observer.getMembership(id);
      if (membership === null) continue;
      const { message_group_uuid, user_uuid, read_message_uuid } = membership;
      this.model.setReadMarker(message_group_uuid, user_uuid, read_message_uuid);
    }
    this.#changing.clear();
    this.#changeCounts.clear();
    await this.#endBlocks();
    await this.#endTouches();
    this.model.filings.step += 1;
  }

  /** Announces that an operation concerns a member's view of a conversation. */
  touch(id: MembershipId): Touch {
    const { user_uuid, message_group_uuid } = id;
    const key = `${message_group_uuid}/${user_uuid}`;
    const touched = this.#touched.get(key) ?? { id: { user_uuid, message_group_uuid }, count: 0 };
    this.#touched.set(key, touched);
    touched.count += 1;
    return {
      before: this.model.filings.of(id),
      isAlone: () => touched.count === 1,
      expect: (filing) => Object.assign(touched, { expected: filing }),
    };
  }

  endBlock(block: Block, exists: boolean): void {
    this.#blocks.push({ block, exists });
  }

  async #endBlocks(): Promise<void> {
    const { filings } = this.model;
    for (const { block, exists } of this.#blocks.splice(0)) {
      const { blocker_uuid, blocked_uuid } = block;
      const message_group_uuid = derivePairGroupUuid(blocker_uuid, blocked_uuid);
      const touched = this.#touched.get(`${message_group_uuid}/${blocker_uuid}`);
      const list = { user_uuid: blocker_uuid, limit: 100 };
      const { items } = await this.environment.observer.listBlocked(list);
      const isBlocked = items.includes(blocked_uuid);
      if (touched?.count === 1 && isBlocked !== exists) throw new Error("A block was lost.");
      if (isBlocked) filings.blocks.add(`${blocker_uuid}/${blocked_uuid}`);
      else filings.blocks.delete(`${blocker_uuid}/${blocked_uuid}`);
    }
  }

  /** Compares the filings of one operation each, and takes over those of several. */
  async #endTouches(): Promise<void> {
    const { filings } = this.model;
    for (const { id, count, expected } of this.#touched.values()) {
      const membership = await this.environment.observer.getMembership(id);
      if (membership !== null && count === 1 && expected !== undefined) {
        filings.check(id, expected, membership, false);
      }
      filings.adopt(id, membership);
    }
    this.#touched.clear();
  }

  /** @returns whether no other change of the group has begun during the current step */
  startGroupChange(message_group_uuid: string, person: Member): () => boolean {
    const { user_uuid } = person;
    this.#changing.set(keyOf(message_group_uuid, person), { message_group_uuid, user_uuid });
    this.touch({ message_group_uuid, user_uuid });
    this.#everMembers.add(keyOf(message_group_uuid, person));
    const count = (this.#changeCounts.get(message_group_uuid) ?? 0) + 1;
    this.#changeCounts.set(message_group_uuid, count);
    return () => count === 1 && this.#changeCounts.get(message_group_uuid) === 1;
  }

  isMembershipChanging(message_group_uuid: string, person: Member): boolean {
    return this.#changing.has(keyOf(message_group_uuid, person));
  }
}

/** Chooses an element by a number of any size (modulo). Returns undefined for an empty list. */
export function pick<T>(list: readonly T[], index: number): T | undefined {
  return list[index % Math.max(1, list.length)];
}

function keyOf(message_group_uuid: string, { user_uuid }: Member): string {
  return `${message_group_uuid}/${user_uuid}`;
}
