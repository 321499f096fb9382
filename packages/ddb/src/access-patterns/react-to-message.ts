import { AppError } from "@cruddur/contract/errors";
import { MESSAGE_MAX_EMOJI } from "@cruddur/contract/limits";
import { defineAccessPattern, type Table } from "../access-pattern.ts";
import type { ChangeInput, StoredMessage } from "../types.ts";
import { changeMessage, type MessageUpdate } from "./change-message.ts";
import { getMessage } from "./get-message.ts";

/** Any number of people can react any number of times, so only the last changes are remembered. */
const OP_IDS_KEPT = 8;

interface ReactionInput extends ChangeInput {
  /** Already validated (`isEmoji`). */
  emoji: string;
}

const description = {
  key: "pk = MSG#{message_group_uuid}, sk = {created_at}#{message_uuid}",
  cost: "1 RU and 1 WU",
  actions: { table: ["UpdateItem"] },
  uses: { getMessage },
} as const;

/**
 * Adds a person's reaction to a message; adding it again changes nothing. Concerns no membership:
 * nothing becomes unread and nothing moves. Throws AppError `message_not_found`, `message_deleted`,
 * `reactions_full`, `unavailable`.
 */
export const addReaction = defineAccessPattern(
  { question: "A person's reaction to a message", ...description },
  async (table: Table, input: ReactionInput): Promise<StoredMessage> =>
    changeMessage(table, input, (message) => {
      if (isRepeated(message, input)) return null;
      if (message.deleted_at !== undefined) throw new AppError("message_deleted");
      const { reactions = [] } = message;
      const reaction = reactionOf(input);
      if (reactions.includes(reaction)) return null;
      const emoji = new Set([...reactions.map(emojiOf), input.emoji]);
      if (emoji.size > MESSAGE_MAX_EMOJI) throw new AppError("reactions_full");
      return toUpdate(message, input, [...reactions, reaction]);
    }),
);

/**
 * Takes a person's reaction off a message; it needn't be there. Throws AppError
 * `message_not_found`, `unavailable`.
 */
export const removeReaction = defineAccessPattern(
  { question: "A message without a person's reaction", ...description },
  async (table: Table, input: ReactionInput): Promise<StoredMessage> =>
    changeMessage(table, input, (message) => {
      const { reactions = [] } = message;
      const reaction = reactionOf(input);
      if (isRepeated(message, input) || !reactions.includes(reaction)) return null;
      return toUpdate(
        message,
        input,
        reactions.filter((each) => each !== reaction),
      );
    }),
);

/** A stored reaction in its parts. */
export function parseReaction(reaction: string): { user_uuid: string; emoji: string } {
  const colon = reaction.indexOf(":");
  return { user_uuid: reaction.slice(0, colon), emoji: reaction.slice(colon + 1) };
}

function reactionOf({ user_uuid, emoji }: ReactionInput): string {
  return `${user_uuid}:${emoji}`;
}

function emojiOf(reaction: string): string {
  return parseReaction(reaction).emoji;
}

function isRepeated({ reaction_op_ids = [] }: StoredMessage, { op_id }: ReactionInput): boolean {
  return reaction_op_ids.includes(op_id.toLowerCase());
}

function toUpdate(
  { reaction_op_ids = [] }: StoredMessage,
  { op_id }: ReactionInput,
  reactions: readonly string[],
): MessageUpdate {
  return {
    change: "reaction",
    // DynamoDB holds no empty sets.
    reactions: reactions.length === 0 ? undefined : reactions,
    reaction_op_ids: [...reaction_op_ids, op_id.toLowerCase()].slice(-OP_IDS_KEPT),
  };
}
