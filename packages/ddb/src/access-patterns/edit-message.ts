import { AppError } from "@cruddur/contract/errors";
import { messageUuidMs } from "@cruddur/contract/ids";
import { MESSAGE_EDIT_WINDOW_HOURS, MESSAGE_MAX_EDITS } from "@cruddur/contract/limits";
import { defineAccessPattern } from "../access-pattern.ts";
import type { ChangeInput, StoredMessage } from "../types.ts";
import { changeMessage } from "./change-message.ts";
import { getMessage } from "./get-message.ts";
import type { SendingTable } from "./send-claims.ts";

/**
 * Replaces the text of a person's own message; the earlier text is not kept. A repeated `op_id`
 * returns the message as it is, whatever has happened to it since. Throws AppError
 * `message_not_found`, `not_the_sender`, `message_deleted`, `message_edit_window_closed`,
 * `message_edits_full`, `unavailable`.
 */
export const editMessage = defineAccessPattern(
  {
    question: "Another text for a person's own message, once however often it is sent",
    key: "pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
    cost: "1 RU and 1 WU",
    actions: { table: ["UpdateItem"] },
    uses: { getMessage },
  },
  async (
    table: SendingTable,
    input: ChangeInput & {
      /** Already validated and normalised (`messageTextSchema`). */
      message: string;
    },
  ): Promise<StoredMessage> => {
    const op_id = input.op_id.toLowerCase();
    return changeMessage(table, input, (message) => {
      const { user_uuid, uuid, deleted_at, edit_op_ids = [] } = message;
      if (user_uuid !== input.user_uuid) throw new AppError("not_the_sender");
      if (edit_op_ids.includes(op_id)) return null;
      if (deleted_at !== undefined) throw new AppError("message_deleted");
      const nowMs = table.now();
      if (nowMs - messageUuidMs(uuid) > MESSAGE_EDIT_WINDOW_HOURS * 3_600_000) {
        throw new AppError("message_edit_window_closed");
      }
      if (edit_op_ids.length >= MESSAGE_MAX_EDITS) throw new AppError("message_edits_full");
      return {
        change: "edit",
        message: input.message,
        edited_at: new Date(nowMs).toISOString(),
        edit_op_ids: [...edit_op_ids, op_id],
      };
    });
  },
);
