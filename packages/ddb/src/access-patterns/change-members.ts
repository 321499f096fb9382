import { AppError } from "@cruddur/contract/errors";
import { MESSAGE_GROUP_MAX_MEMBERS } from "@cruddur/contract/limits";
import { defineAccessPattern } from "../access-pattern.ts";
import type { Membership, RequestFolder } from "../types.ts";
import {
  type ChangedGroup,
  changeGroup,
  GROUP_CHANGE,
  type GroupChangeInput,
} from "./change-group.ts";
import { hideInGroups } from "./hidden-senders.ts";
import { listBlocks } from "./list-blocked.ts";
import type { SendingTable } from "./send-claims.ts";

/**
 * Adds people to a group, all or none; who is a member already stays as they are. New members read
 * nothing that was written before, unless the actor shares what they can read. Throws AppError
 * `group_full`, `not_a_member`, `not_a_group`, `unavailable`.
 */
export const addMembers = defineAccessPattern(
  {
    question: "More members of a group, counted on every membership",
    ...GROUP_CHANGE,
    uses: { ...GROUP_CHANGE.uses, listBlocks, hideInGroups },
    cost: "one transaction of n + 2 items for n members afterwards: 2n + 4 WU and the indexes; 1.5n + 3 RU, and 1 RU for each new member",
    actions: { table: ["PutItem", "UpdateItem"] },
  },
  async (
    table: SendingTable,
    input: GroupChangeInput & {
      user_uuids: readonly string[];
      /** By uuid of a new member: where being in the group is a request until they accept it. */
      requests?: ReadonlyMap<string, RequestFolder>;
      /** Whether the new members read what the actor can read; not by default. */
      share_history?: boolean | undefined;
    },
  ): Promise<ChangedGroup> => {
    const { share_history = false, requests = new Map() } = input;
    const wanted = [...new Set(input.user_uuids)];
    return changeGroup(
      table,
      input,
      ({ members }) => {
        const user_uuids = wanted.filter((uuid) => !isMember(members, uuid));
        if (user_uuids.length === 0) return null;
        if (members.length + user_uuids.length > MESSAGE_GROUP_MAX_MEMBERS) {
          throw new AppError("group_full");
        }
        return {
          kind: "added",
          subjects: user_uuids,
          added: { user_uuids, requests, share_history },
        };
      },
      wanted,
    );
  },
);

/**
 * Removes another member from a group that the actor owns. Does nothing for someone who isn't a
 * member. Throws AppError `not_the_owner`, `invalid_input` for the actor's own membership,
 * `not_a_member`, `not_a_group`, `unavailable`.
 */
export const removeMember = defineAccessPattern(
  {
    question: "One member of a group fewer, counted on every other membership",
    ...GROUP_CHANGE,
    cost: "one transaction of n + 3 items: 2n + 6 WU and the indexes; 1.5n + 3 RU",
    actions: { table: ["DeleteItem", "PutItem", "UpdateItem"] },
  },
  async (
    table: SendingTable,
    input: GroupChangeInput & { user_uuid: string },
  ): Promise<ChangedGroup> =>
    changeGroup(
      table,
      input,
      ({ actor, members }) => {
        requireOwner(actor);
        const { user_uuid } = input;
        if (user_uuid === actor.user_uuid) throw new AppError("invalid_input");
        if (!isMember(members, user_uuid)) return null;
        return { kind: "removed", subjects: [user_uuid], removed: user_uuid };
      },
      [input.user_uuid],
    ),
);

/**
 * Takes the actor out of a group. The member who joined first becomes the owner where the actor was
 * it. The system message of the last member to leave counts no members: it says that the group has
 * ended. Throws AppError `not_a_member`, `not_a_group`, `unavailable`.
 */
export const leaveGroup = defineAccessPattern(
  {
    question: "A member leaves a group, and its ownership passes on",
    ...GROUP_CHANGE,
    cost: "as removeMember",
    actions: { table: ["DeleteItem", "PutItem", "UpdateItem"] },
  },
  async (table: SendingTable, input: GroupChangeInput): Promise<ChangedGroup> =>
    changeGroup(table, input, ({ actor, members }) => {
      const [next] = members.filter(({ user_uuid }) => user_uuid !== actor.user_uuid);
      const removed = actor.user_uuid;
      if (actor.group?.role !== "owner" || next === undefined) return { kind: "left", removed };
      return { kind: "left", removed, owner: next.user_uuid, subjects: [next.user_uuid] };
    }),
);

/** Throws AppError `not_the_owner`. */
export function requireOwner({ group }: Membership): void {
  if (group?.role !== "owner") throw new AppError("not_the_owner");
}

export function isMember(members: readonly Membership[], user_uuid: string): boolean {
  return members.some((member) => member.user_uuid === user_uuid);
}
