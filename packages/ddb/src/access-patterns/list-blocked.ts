import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { fromBlockItem, isMadeBlock } from "../items/block-item.ts";
import { blockPk, blockSkAbove, FIRST_BLOCK_SK, LAST_BLOCK_SK } from "../keys.ts";
import { queryItems, queryPage } from "../read-items.ts";

/** How many people a search leaves out at most. */
const HIDDEN_MAX = 2_000;

/** uuids of the people whom a person has blocked, in the order of the uuids. */
export const listBlocked = defineAccessPattern(
  {
    question: "Whom has a person blocked?",
    key: "pk = BLK#{user_uuid}, sk between {blocked_uuid} and ~",
    order: "by uuid",
    cost: "one Query, 20 blocks 0.5 RU",
    actions: { table: ["Query"] },
  },
  async (
    table: Table,
    input: {
      user_uuid: string;
      limit: number;
      /** The last person of the page before. */
      after?: string | undefined;
    },
  ): Promise<{ items: string[]; next: string | null }> => {
    const { user_uuid, limit, after } = input;
    const query = {
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :until",
      ExpressionAttributeValues: {
        ":pk": { S: blockPk(user_uuid) },
        ":from": { S: after === undefined ? FIRST_BLOCK_SK : blockSkAbove(after) },
        ":until": { S: LAST_BLOCK_SK },
      },
    };
    return queryPage(table, query, limit, fromBlockItem);
  },
);

/** Both directions of a person's blocks, by the uuid of the other person. */
export interface Blocks {
  /** Whom the person has blocked. */
  made: string[];
  /** Who has blocked the person. */
  received: string[];
}

/** Whom a person has blocked, and who has blocked them: at most 2,000 people together. */
export const listBlocks = defineAccessPattern(
  {
    question: "Whom must a person not find, and who must not find them?",
    key: "pk = BLK#{user_uuid}",
    cost: "one Query, 20 blocks 0.5 RU",
    actions: { table: ["Query"] },
  },
  async (table: Table, { user_uuid }: { user_uuid: string }): Promise<Blocks> => {
    const query = {
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: blockPk(user_uuid) } },
      Limit: HIDDEN_MAX,
    };
    const { items } = await queryItems(table, query, (item) => ({
      other: fromBlockItem(item),
      isMade: isMadeBlock(item),
    }));
    return {
      made: items.filter(({ isMade }) => isMade).map(({ other }) => other),
      received: items.filter(({ isMade }) => !isMade).map(({ other }) => other),
    };
  },
);
