import { AppError } from "@cruddur/contract/errors";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import { messageSk, messageSkFloor } from "../keys.ts";
import type { Page, StoredMessage } from "../types.ts";
import { joinSides, type MessagesOfMember, queryBothSides } from "./message-range.ts";

/** The page with the message about in its middle. Throws AppError `message_not_found`. */
export const listMessagesAround = defineAccessPattern(
  {
    question: "The page that holds a message",
    key: "pk = MSG#{message_group_uuid}, sk between {joined_after} and {created_at}#{message_uuid}, and between that and the newest",
    order: "oldest first",
    cost: "two Queries at once, strongly consistent",
    actions: { table: ["Query"] },
  },
  async (
    table: Table,
    input: MessagesOfMember & { message_uuid: string; limit: number },
  ): Promise<Page<StoredMessage>> => {
    const { message_uuid, limit } = input;
    const border = sortKeyOf(message_uuid);
    const newer = Math.floor((limit - 1) / 2);
    const older = limit - newer;
    const sides = await queryBothSides(
      table,
      { message_group_uuid: input.message_group_uuid, joined_after: input.joined_after },
      { condition: { operator: "<=", border }, limit: older },
      { condition: { operator: ">", border }, limit: newer },
    );
    const [message] = sides[0].items;
    if (message?.uuid !== message_uuid.toLowerCase()) throw new AppError("message_not_found");
    return joinSides(sides, { older, newer });
  },
);

/** The page that starts with the first message at or after a moment (ms since the epoch). */
export const listMessagesSince = defineAccessPattern(
  {
    question: "The page that starts at a moment",
    key: "pk = MSG#{message_group_uuid}, sk between {joined_after} and {moment}, and between that and the newest",
    order: "oldest first",
    cost: "two Queries at once, strongly consistent",
    actions: { table: ["Query"] },
  },
  async (
    table: Table,
    input: MessagesOfMember & { sinceMs: number; limit: number },
  ): Promise<Page<StoredMessage>> => {
    const { sinceMs, limit } = input;
    const border = messageSkFloor(sinceMs);
    const sides = await queryBothSides(
      table,
      { message_group_uuid: input.message_group_uuid, joined_after: input.joined_after },
      { condition: { operator: "<", border }, limit: 0 },
      { condition: { operator: ">=", border }, limit },
    );
    return joinSides(sides, { older: 0, newer: limit });
  },
);

function sortKeyOf(message_uuid: string): string {
  try {
    return messageSk(message_uuid);
  } catch {
    throw new AppError("message_not_found");
  }
}
