import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Member } from "@cruddur/ddb/types";
import type { Model } from "./model.ts";
import type { World } from "./world.ts";

/** What a client keeps until its message is acknowledged. */
export interface Draft {
  sender: Member;
  client_id: string;
  text: string;
  message_group_uuid: string;
  /** For a first message to a person. */
  receiver: Member | null;
}

/** What the acts of one history share: the world, the model, and who did what so far. */
export class Stage {
  readonly drafts: Draft[] = [];
  readonly groups: string[] = [];
  /** Conversations of two, which nobody joins or leaves. */
  readonly pairs = new Set<string>();
  readonly world: World;
  readonly model: Model;
  /** `<group>/<user>` for everyone who was a member at any time. */
  readonly #everMembers = new Set<string>();
  /** The same for memberships that change in this moment: either answer is right about them. */
  readonly #changing = new Set<string>();

  constructor(world: World, model: Model) {
    this.world = world;
    this.model = model;
  }

  person(i: number): Member {
    const person = pick(this.world.people, i);
    if (!person) throw new Error("a world without people");
    return person;
  }

  /** Each person's requests go to one server. */
  serverOf(person: Member): MessagesStore {
    const server = pick(this.world.servers, this.world.people.indexOf(person));
    if (!server) throw new Error("a world without servers");
    return server;
  }

  /** Enters a group in the model, once, when its creation is acknowledged. */
  created(message_group_uuid: string, members: readonly Member[]): void {
    if (this.model.hasGroup(message_group_uuid)) return;
    this.groups.push(message_group_uuid);
    const [a, b] = members;
    if (a && b && derivePairGroupUuid(a.user_uuid, b.user_uuid) === message_group_uuid) {
      this.pairs.add(message_group_uuid);
    }
    for (const member of members) this.#everMembers.add(key(message_group_uuid, member));
    this.model.createMessageGroup(
      message_group_uuid,
      members.map(({ user_uuid }) => user_uuid),
    );
  }

  wasEverMember(message_group_uuid: string, person: Member): boolean {
    return this.#everMembers.has(key(message_group_uuid, person));
  }

  startMoment(): void {
    this.#changing.clear();
  }

  /** Memberships that change in this moment. */
  get changes(): number {
    return this.#changing.size;
  }

  startChange(message_group_uuid: string, person: Member): void {
    this.#changing.add(key(message_group_uuid, person));
    this.#everMembers.add(key(message_group_uuid, person));
  }

  isChanging(message_group_uuid: string, person: Member): boolean {
    return this.#changing.has(key(message_group_uuid, person));
  }
}

/** Chooses by a number of any size; undefined when there is nothing to choose from. */
export function pick<T>(list: readonly T[], i: number): T | undefined {
  return list[i % Math.max(1, list.length)];
}

function key(message_group_uuid: string, { user_uuid }: Member): string {
  return `${message_group_uuid}/${user_uuid}`;
}
