import { GetItemCommand, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { type Block, blockedByKey, blockKey, toBlockItems } from "../items/block-item.ts";
import { membershipKey } from "../items/membership-item.ts";
import { callTable } from "../retries.ts";
import { planAndWrite } from "../transactions.ts";
import { hideInGroups } from "./hidden-senders.ts";
import { getMembership } from "./memberships.ts";

/**
 * Blocks a person: neither can write to the other any more, and no list or answer tells them why.
 * The flags on both memberships and the block are written in one transaction, so that the one read
 * that every send makes decides. In groups of both, the person's messages are hidden from the blocker.
 * Repeating it changes nothing. @returns uuids of those groups. Throws AppError `invalid_input` for
 * oneself, `unavailable`.
 */
export const blockPerson = defineAccessPattern(
  {
    question: "A person blocked",
    key: "pk = BLK#{blocker_uuid}, sk = {blocked_uuid}; pk = BLK#{blocked_uuid}, sk = ~{blocker_uuid}; both memberships of the pair",
    cost: "1 RU and at most 10 WU, and hideInGroups",
    actions: { table: ["ConditionCheckItem", "PutItem", "UpdateItem"] },
    uses: { getMembership, hideInGroups },
  },
  async (table: Table, block: Block): Promise<string[]> => {
    const { tableName: TableName } = table;
    const items = toBlockItems(block, new Date().toISOString());
    await changeBlock(
      table,
      block,
      items.map((Item) => ({ Put: { TableName, Item } })),
      "SET",
    );
    return hideInGroups(table, block);
  },
);

/**
 * Ends a block that the person has made. Repeating it changes nothing. Throws AppError `unavailable`.
 * @returns uuids of the groups of both
 */
export const unblockPerson = defineAccessPattern(
  {
    question: "A person no longer blocked",
    key: "as of blockPerson",
    cost: "1 RU and at most 10 WU, and hideInGroups",
    actions: { table: ["ConditionCheckItem", "DeleteItem", "UpdateItem"] },
    uses: { getMembership, hideInGroups },
  },
  async (table: Table, block: Block): Promise<string[]> => {
    const { tableName: TableName } = table;
    const keys = [blockKey(block), blockedByKey(block)];
    await changeBlock(
      table,
      block,
      keys.map((Key) => ({ Delete: { TableName, Key } })),
      "REMOVE",
    );
    return hideInGroups(table, block);
  },
);

/** Runs one transaction, and plans it again when the pair's first message comes in between. */
async function changeBlock(
  table: Table,
  block: Block,
  writes: TransactWriteItem[],
  change: "SET" | "REMOVE",
): Promise<void> {
  const { blocker_uuid, blocked_uuid } = block;
  if (blocker_uuid === blocked_uuid) throw new AppError("invalid_input");
  const message_group_uuid = derivePairGroupUuid(blocker_uuid, blocked_uuid);
  const id = { user_uuid: blocker_uuid, message_group_uuid };
  const { tableName: TableName } = table;
  await planAndWrite(table, async () => {
    const membership = await getMembership(table, id);
    const Key = membershipKey(blocker_uuid, message_group_uuid);
    // Once a person was erased, the other one is alone in the pair.
    const isAlone = membership?.member_count === 1;
    const flags: TransactWriteItem[] =
      membership === null
        ? [{ ConditionCheck: { TableName, Key, ConditionExpression: "attribute_not_exists(pk)" } }]
        : [
            flagMembership(TableName, blocker_uuid, message_group_uuid, "blocked", change),
            ...(isAlone
              ? []
              : [flagMembership(TableName, blocked_uuid, message_group_uuid, "refused", change)]),
          ];
    return [...writes, ...flags];
  });
}

function flagMembership(
  TableName: string,
  user_uuid: string,
  message_group_uuid: string,
  flag: "blocked" | "refused",
  change: "SET" | "REMOVE",
): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: membershipKey(user_uuid, message_group_uuid),
      ConditionExpression: "attribute_exists(pk)",
      ...(change === "SET"
        ? {
            UpdateExpression: `SET ${flag} = :true`,
            ExpressionAttributeValues: { ":true": { BOOL: true } },
          }
        : { UpdateExpression: `REMOVE ${flag}` }),
    },
  };
}

/** Whether either of two people has blocked the other. Strongly consistent. */
export const isBlocked = defineAccessPattern(
  {
    question: "Has either of two people blocked the other?",
    key: "pk = BLK#{user_uuid}, sk = {other_uuid} and sk = ~{other_uuid}",
    cost: "2 RU, strongly consistent; before a first message, and for each person added to a group",
    actions: { table: ["GetItem"] },
  },
  async (
    { client, tableName: TableName }: Table,
    { user_uuid, other_uuid }: { user_uuid: string; other_uuid: string },
  ): Promise<boolean> => {
    const keys = [
      blockKey({ blocker_uuid: user_uuid, blocked_uuid: other_uuid }),
      blockedByKey({ blocker_uuid: other_uuid, blocked_uuid: user_uuid }),
    ];
    const found = await Promise.all(
      keys.map((Key) =>
        callTable(() => client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))),
      ),
    );
    return found.some(({ Item }) => Item !== undefined);
  },
);

/** Fails a transaction when the receiver has blocked the sender. */
export function refuseIfBlocked(TableName: string, block: Block): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName,
      Key: blockKey(block),
      ConditionExpression: "attribute_not_exists(pk)",
    },
  };
}
