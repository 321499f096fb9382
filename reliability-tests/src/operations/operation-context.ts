import type { MessagesStore } from "@cruddur/ddb/store";
import type { Member } from "@cruddur/ddb/types";
import type { Model, ModelMessage } from "../model.ts";
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
  }

  /** @returns whether no other change of the group has begun during the current step */
  startGroupChange(message_group_uuid: string, person: Member): () => boolean {
    const { user_uuid } = person;
    this.#changing.set(keyOf(message_group_uuid, person), { message_group_uuid, user_uuid });
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
