import { defineAccessPattern } from "../access-pattern.ts";
import {
  type ChangedGroup,
  changeGroup,
  GROUP_CHANGE,
  type GroupChangeInput,
} from "./change-group.ts";
import type { SendingTable } from "./send-claims.ts";

/**
 * Gives a group another name, or none, on every membership. Does nothing where it has that name.
 * Throws AppError `not_a_member`, `not_a_group`, `unavailable`.
 */
export const renameGroup = defineAccessPattern(
  {
    question: "Another name of a group, on every membership",
    ...GROUP_CHANGE,
    cost: "one transaction of n + 2 items: 2n + 4 WU and the indexes; 1.5n + 3 RU",
    actions: { table: ["PutItem", "UpdateItem"] },
  },
  async (
    table: SendingTable,
    input: GroupChangeInput & {
      /** Already validated; null takes the name away. */
      name: string | null;
    },
  ): Promise<ChangedGroup> => {
    const { name } = input;
    return changeGroup(table, input, ({ actor }) =>
      actor.group?.name === name ? null : { kind: "renamed", name },
    );
  },
);
