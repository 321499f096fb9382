import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern } from "../access-pattern.ts";
import type { ChangeInput, StoredMessage } from "../types.ts";
import { changeMessage } from "./change-message.ts";
import { getMessage } from "./get-message.ts";
import type { SendingTable } from "./send-message.ts";

/**
 * Deletes a person's own message for everyone. The item stays as a tombstone, so that read markers,
 * links and send claims remain valid and a repeated send can't store the message again. Nothing
 * revives a tombstone, so any repeat returns it. Throws AppError `message_not_found`,
 * `not_the_sender`, `unavailable`.
 */
export const deleteMessage = defineAccessPattern(
  {
    question: "A person's own message without its text, for everyone",
    key: "pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
    cost: "1 RU and 1 WU",
    actions: { table: ["UpdateItem"] },
    uses: { getMessage },
  },
  async (table: SendingTable, input: ChangeInput): Promise<StoredMessage> =>
    changeMessage(table, input, ({ user_uuid, deleted_at }) => {
      if (user_uuid !== input.user_uuid) throw new AppError("not_the_sender");
      if (deleted_at !== undefined) return null;
      return {
        change: "delete",
        message: "",
        deleted_at: new Date(table.now()).toISOString(),
        edited_at: undefined,
        reply_to: undefined,
        reactions: undefined,
        reaction_op_ids: undefined,
      };
    }),
);
