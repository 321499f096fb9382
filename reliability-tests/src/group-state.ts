import { messageCreatedAt } from "@cruddur/contract/ids";
import { GROUP_TITLE_MAX_MEMBERS } from "@cruddur/contract/limits";
import type { StoredMessage } from "@cruddur/ddb/types";

/** A system message, which says all that a change of a group made of it. */
export type SystemMessage = Pick<
  StoredMessage,
  "uuid" | "user_uuid" | "system_kind" | "subjects" | "message" | "member_count"
>;

/** A group as its system messages tell it. */
export interface GroupState {
  name: string | null;
  /** null once everybody has left. */
  owner: string | null;
  /** The members in the order in which they joined, with the message that says so. */
  members: Map<string, string>;
}

/**
 * Plays the system messages of a group, oldest first, and passes over those that are impossible:
 * while changes are under way, the answers of some of them are known before earlier ones.
 */
export function playGroup(messages: readonly SystemMessage[]): GroupState {
  const state: GroupState = { name: null, owner: null, members: new Map() };
  for (const message of messages) play(state, message);
  return state;
}

/**
 * Throws where a system message was impossible at its time: by somebody who was no member, by a
 * member in the owner's place, about somebody who had joined or left already, or with another number
 * of members.
 */
export function checkGroup(messages: readonly SystemMessage[]): void {
  const state: GroupState = { name: null, owner: null, members: new Map() };
  for (const message of messages) {
    const problem = play(state, message);
    if (problem !== null) throw new Error(`The history of a group is impossible: ${problem}.`);
    if (state.members.size !== message.member_count) {
      throw new Error("The history of a group is impossible: it counts other members.");
    }
  }
}

/** @returns what is impossible about the message; null when it is possible */
function play(state: GroupState, message: SystemMessage): string | null {
  const { members } = state;
  const { system_kind, user_uuid: actor, subjects = [], uuid } = message;
  if (system_kind === "created") {
    if (members.size > 0) return "it was made twice";
    const founders = [actor, ...subjects].sort();
    for (const founder of founders) members.set(founder, uuid);
    Object.assign(state, { owner: actor, name: message.message || null });
    return null;
  }
  if (!members.has(actor)) return `${system_kind} by somebody who was no member`;
  const isByOwner = state.owner === actor;
  const [subject = ""] = subjects;
  switch (system_kind) {
    case "renamed":
      state.name = message.message || null;
      return null;
    case "added":
      if (subjects.some((each) => members.has(each))) return "a member was added";
      for (const each of subjects.toSorted()) members.set(each, uuid);
      return null;
    case "removed":
      if (!isByOwner) return "a member removed another one";
      return members.delete(subject) ? null : "somebody was removed who was no member";
    case "owner_changed":
      if (!isByOwner || !members.has(subject)) return "the owner changed";
      state.owner = subject;
      return null;
    case "left": {
      members.delete(actor);
      const [next = null] = members.keys();
      if (isByOwner) state.owner = next;
      const passed = isByOwner && next !== null ? next : "";
      return passed === subject ? null : "the ownership didn't pass to whoever joined first";
    }
    default:
      return "an unknown change";
  }
}

/** What one member's membership must say about the group; `joined_after` is known only in part. */
export function membershipOf({ name, owner, members }: GroupState, user_uuid: string) {
  const others = [...members.keys()].filter((uuid) => uuid !== user_uuid);
  return {
    name,
    role: owner === user_uuid ? "owner" : "member",
    some_members: others.slice(0, GROUP_TITLE_MAX_MEMBERS),
    joined_at: messageCreatedAt(members.get(user_uuid) ?? ""),
  };
}
