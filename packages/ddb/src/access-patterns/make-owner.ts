import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern } from "../access-pattern.ts";
import {
  type ChangedGroup,
  changeGroup,
  GROUP_CHANGE,
  type GroupChangeInput,
} from "./change-group.ts";
import { isMember, requireOwner } from "./change-members.ts";
import type { SendingTable } from "./send-claims.ts";

/**
 * Makes another member the owner in the actor's place. Throws AppError `not_the_owner`,
 * `user_not_in_group`, `not_a_member`, `not_a_group`, `unavailable`.
 */
export const makeOwner = defineAccessPattern(
  {
    question: "Another owner of a group",
    ...GROUP_CHANGE,
    cost: "one transaction of n + 2 items: 2n + 4 WU and the indexes; 1.5n + 3 RU",
    actions: { table: ["PutItem", "UpdateItem"] },
  },
  async (
    table: SendingTable,
    input: GroupChangeInput & { user_uuid: string },
  ): Promise<ChangedGroup> => {
    const { user_uuid } = input;
    return changeGroup(
      table,
      input,
      ({ actor, members }) => {
        requireOwner(actor);
        if (user_uuid === actor.user_uuid) return null;
        if (!isMember(members, user_uuid)) throw new AppError("user_not_in_group");
        return { kind: "owner_changed", owner: user_uuid, subjects: [user_uuid] };
      },
      [user_uuid],
    );
  },
);
