import { z } from "zod";
import { code, flag, messageGroupUuid, messageUuid, pageFields, pageOf, time } from "./fields.ts";
import * as limits from "./limits.ts";
import { userShortSchema } from "./users.ts";

const unreadCount = z
  .number()
  .describe(`Exact below ${limits.UNREAD_COUNT_MAX}, which stands for that many or more.`);

const messageGroupSchema = z
  .object({
    uuid: z.string(),
    user_uuid: z.string(),
    display_name: z.string(),
    handle: z.string(),
    member_count: z.number(),
    message: z.string().describe("Preview of the newest message, whoever wrote it."),
    message_deleted: z
      .boolean()
      .describe("True where the newest message was deleted: `message` is then empty."),
    created_at: time.describe("When the newest message was written."),
    last_message_uuid: z.string(),
    last_message_user_uuid: z.string(),
    unread_count: unreadCount,
    read_message_uuid: z
      .string()
      .nullable()
      .describe(
        "The member's read marker: the newest message that they have read; null before the first.",
      ),
  })
  .meta({
    id: "MessageGroup",
    description:
      "A conversation as one member sees it. In a conversation of two, the uuid, the name and the handle are the other person's.",
  });
export type MessageGroup = z.infer<typeof messageGroupSchema>;

/** A folder, newest first. `unread` leaves only conversations with unread messages. */
export const messageGroupsListInput = z.object({
  ...pageFields({ defaultItems: limits.PAGE_DEFAULT_ITEMS, maxItems: limits.PAGE_MAX_ITEMS }),
  folder: z
    .enum(["inbox", "requests", "archive"], code("invalid_input"))
    .default("inbox")
    .describe("Which of the caller's folders to list."),
  unread: flag.optional(),
});
export const messageGroupsListOutput = pageOf(messageGroupSchema);

/** Names one conversation. Every input that names a conversation has this field. */
export const messageGroupInput = z.object({ message_group_uuid: messageGroupUuid });

export const messageGroupDetailSchema = messageGroupSchema
  .extend({
    members: z.array(
      userShortSchema.extend({
        read_message_uuid: z
          .string()
          .nullable()
          .describe(
            "The member's read marker; null before the first read, and where either side hides read receipts.",
          ),
      }),
    ),
  })
  .meta({ id: "MessageGroupDetail", description: "A conversation with its members." });
export type MessageGroupDetail = z.infer<typeof messageGroupDetailSchema>;

/** Moves the caller's read marker to a message. A marker never moves back. */
export const markReadInput = messageGroupInput.extend({ message_uuid: messageUuid });
export const markReadOutput = z.object({
  read_message_uuid: z.string(),
  unread_count: unreadCount,
});
