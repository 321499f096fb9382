import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern } from "../access-pattern.ts";
import type { ChangeInput, Role, StoredMessage } from "../types.ts";
import { changeMessage } from "./change-message.ts";
import { getMessage } from "./get-message.ts";
import type { SendingTable } from "./send-claims.ts";

/**
 * Deletes a message for everyone: a person's own, or anyone's as the group's owner. The item stays as a tombstone, so that read markers,
 * links and send claims remain valid and a repeated send can't store the message again. Nothing
 * revives a tombstone, so any repeat returns it. Throws AppError `message_not_found`,
 * `not_the_sender`, `unavailable`.
 */
export const deleteMessage = defineAccessPattern(
  {
    question: "A message without its text, for everyone",
    key: "pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
    cost: "1 RU and 1 WU",
    actions: { table: ["UpdateItem"] },
    uses: { getMessage },
  },
  async (
    table: SendingTable,
    input: ChangeInput & {
      /** The person's in the group; that of a member by default. */
      role?: Role | undefined;
    },
  ): Promise<StoredMessage> =>
    changeMessage(table, input, ({ user_uuid, deleted_at }) => {
      const isOwn = user_uuid === input.user_uuid;
      if (!isOwn && input.role !== "owner") throw new AppError("not_the_sender");
      if (deleted_at !== undefined) return null;
      return {
        change: "delete",
        message: "",
        deleted_at: new Date(table.now()).toISOString(),
        ...(isOwn ? {} : { deleted_by: input.user_uuid }),
        edited_at: undefined,
        mentions: undefined,
        reply_to: undefined,
        reactions: undefined,
        reaction_op_ids: undefined,
      };
    }),
);
