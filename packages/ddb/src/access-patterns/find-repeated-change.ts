import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromSendClaimItem } from "../items/send-claim-item.ts";
import { sendClaimPk, sendClaimSk } from "../keys.ts";
import { callTable } from "../retries.ts";
import type { StoredMessage } from "../types.ts";
import { getMessage } from "./get-message.ts";

/**
 * The system message of a change of a group that was made already; null for a new change. A change
 * claims its op_id as a message claims its client_id. Throws AppError `client_id_reused` when the
 * id belongs to something else.
 */
export const findRepeatedChange = defineAccessPattern(
  {
    question: "Was a change of a group made already?",
    key: "pk = CLM#{user_uuid}, sk = {op_id}; pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
    cost: "1 RU, 2 RU for a repeat, strongly consistent",
    actions: { table: ["GetItem"] },
    uses: { getMessage },
  },
  async (
    table: Table,
    input: {
      user_uuid: string;
      op_id: string;
      /** Left out where the change made the group. */
      message_group_uuid?: string;
    },
  ): Promise<StoredMessage | null> => {
    const { Item } = await callTable(() =>
      table.client.send(
        new GetItemCommand({
          TableName: table.tableName,
          Key: { pk: { S: sendClaimPk(input.user_uuid) }, sk: { S: sendClaimSk(input.op_id) } },
          ConsistentRead: true,
        }),
      ),
    );
    if (Item === undefined) return null;
    const claim = fromSendClaimItem(Item);
    const { message_group_uuid = claim.message_group_uuid } = input;
    const message = await getMessage(table, claim);
    if (
      message?.system_kind === undefined ||
      claim.message_group_uuid !== message_group_uuid.toLowerCase()
    ) {
      throw new AppError("client_id_reused");
    }
    return message;
  },
);
