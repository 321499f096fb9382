import { z } from "zod";
import {
  clientId,
  code,
  messageGroupUuid,
  messageUuid,
  opId,
  pageFields,
  pageOf,
  time,
} from "./fields.ts";
import * as limits from "./limits.ts";
import { messageGroupInput } from "./message-groups.ts";
import { messageKindSchema, messageTextSchema } from "./message-text.ts";
import { isEmoji } from "./text.ts";
import { handleSchema, userShortSchema } from "./users.ts";

const reactionSchema = z.object({
  emoji: z.string(),
  user_uuids: z.array(z.string()).describe("Who reacted with this emoji."),
});

export const messageSchema = z
  .object({
    uuid: z.string(),
    message_group_uuid: z.string(),
    client_id: z.string(),
    user_uuid: z.string().describe("Who wrote the message."),
    display_name: z.string(),
    handle: z.string(),
    kind: messageKindSchema,
    message: z
      .string()
      .describe(
        "The text; empty where the message was deleted. Of a system message, the group's new name, or empty.",
      ),
    subjects: z
      .array(userShortSchema)
      .describe(
        "Whom a system message is about: who was added or removed, or the new owner. `user_uuid` is who did it.",
      ),
    mentions: z
      .array(z.string())
      .describe("Uuids of the members whom the text mentions by their handle, as in `@bayko`."),
    created_at: time,
    reply_to: z
      .string()
      .nullable()
      .describe("Uuid of the message that this one answers; null where it answers none."),
    reactions: z
      .array(reactionSchema)
      .describe(
        "Each emoji once, in an order that stays the same; empty where nobody has reacted.",
      ),
    edited_at: time.nullable().describe("When the text was last edited; null where it never was."),
    deleted_at: time
      .nullable()
      .describe("When the message was deleted for everyone; null where it was not deleted."),
    deleted_by_user_uuid: z
      .string()
      .nullable()
      .describe("Who deleted the message: its sender, or an owner of the group."),
    revision: z
      .number()
      .describe("Raised by every change: of two states of a message, the higher one is newer."),
  })
  .meta({
    id: "Message",
    description:
      "One message of a conversation, under its sender's current name. A deleted message keeps its place, its sender and its time.",
  });
export type Message = z.infer<typeof messageSchema>;

/** The fields of a text that answers none, mentions nobody and was never changed. */
export const UNCHANGED_MESSAGE: Pick<
  Message,
  | "kind"
  | "subjects"
  | "mentions"
  | "reply_to"
  | "reactions"
  | "edited_at"
  | "deleted_at"
  | "deleted_by_user_uuid"
  | "revision"
> = {
  kind: "text",
  subjects: [],
  mentions: [],
  reply_to: null,
  reactions: [],
  edited_at: null,
  deleted_at: null,
  deleted_by_user_uuid: null,
  revision: 0,
};

export const messagesListInput = messageGroupInput.extend({
  ...pageFields({ defaultItems: limits.PAGE_DEFAULT_ITEMS, maxItems: limits.PAGE_MAX_ITEMS }),
  around: messageUuid.optional().describe("Opens the page that holds this message."),
  since: z.iso
    .datetime({ offset: true, error: code("invalid_input") })
    .optional()
    .describe("Opens the page that starts at this moment."),
});
export const messagesListOutput = pageOf(messageSchema);

export const messagesGetInput = messageGroupInput.extend({ message_uuid: messageUuid });

/** What a sender writes. The server passes these fields on as a whole; the table names each of them. */
const messageContentSchema = z.object({
  message: messageTextSchema,
  reply_to: messageUuid
    .optional()
    .describe("The message of the same conversation that this one answers."),
});
export type MessageContent = z.infer<typeof messageContentSchema>;

/** Exactly one of `message_group_uuid` and `handle` says where the message goes. */
export const messagesCreateInput = messageContentSchema
  .extend({
    client_id: clientId,
    message_group_uuid: messageGroupUuid.optional(),
    handle: handleSchema.optional(),
  })
  .superRefine(({ message_group_uuid, handle, reply_to }, ctx) => {
    if (message_group_uuid === undefined && handle === undefined) {
      ctx.addIssue({
        code: "custom",
        message: code("user_receiver_handle_blank"),
        path: ["handle"],
      });
    } else if (message_group_uuid !== undefined && handle !== undefined) {
      ctx.addIssue({ code: "custom", message: code("invalid_input"), path: ["handle"] });
    } else if (message_group_uuid === undefined && reply_to !== undefined) {
      ctx.addIssue({ code: "custom", message: code("invalid_input"), path: ["reply_to"] });
    }
  });

/** Names one change of one message. Every input that changes a message has these fields. */
const messageChangeInput = messageGroupInput.extend({ message_uuid: messageUuid, op_id: opId });

export const messagesEditInput = messageChangeInput.extend({ message: messageTextSchema });
export const messagesDeleteInput = messageChangeInput;
/** Hiding a message again changes nothing, so it needs no `op_id`. */
export const messagesHideInput = messagesGetInput;
export const messagesReactInput = messageChangeInput.extend({
  emoji: z
    .string(code("emoji_invalid"))
    .refine(isEmoji, code("emoji_invalid"))
    .describe("One emoji, which is shown as one character."),
});
