import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Member } from "@cruddur/ddb/types";
import type { Model, ModelMessage } from "../model.ts";
import type { TestEnvironment } from "../test-environment.ts";

/** What a client keeps until its message is acknowledged. */
export interface Draft {
  sender: Member;
  client_id: string;
  text: string;
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

/** What the operations of one history share: the test environment, the model, and past operations. */
export class OperationContext {
  readonly drafts: Draft[] = [];
  readonly changes: Change[] = [];
  readonly messageGroups: string[] = [];
  /** Message groups of two people, whose members never change. */
  readonly pairs = new Set<string>();
  readonly environment: TestEnvironment;
  readonly model: Model;
  /** `<message group>/<user>` of everyone who was a member at any time. */
  readonly #everMembers = new Set<string>();
  /** The memberships that change during the current step, about which either answer is right. */
  readonly #changing = new Set<string>();

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

  /** Enters a message group in the model once its creation is acknowledged. Idempotent. */
  addMessageGroup(message_group_uuid: string, members: readonly Member[]): void {
    if (this.model.hasMessageGroup(message_group_uuid)) return;
    this.messageGroups.push(message_group_uuid);
    const [a, b] = members;
    if (a && b && derivePairGroupUuid(a.user_uuid, b.user_uuid) === message_group_uuid) {
      this.pairs.add(message_group_uuid);
    }
    for (const member of members) this.#everMembers.add(keyOf(message_group_uuid, member));
    this.model.createMessageGroup(
      message_group_uuid,
      members.map(({ user_uuid }) => user_uuid),
    );
  }

  wasEverMember(message_group_uuid: string, person: Member): boolean {
    return this.#everMembers.has(keyOf(message_group_uuid, person));
  }

  startStep(): void {
    this.#changing.clear();
  }

  /** How many memberships change during the current step. */
  get changeCount(): number {
    return this.#changing.size;
  }

  startMembershipChange(message_group_uuid: string, person: Member): void {
    this.#changing.add(keyOf(message_group_uuid, person));
    this.#everMembers.add(keyOf(message_group_uuid, person));
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
