import { z } from "zod";
import {
  clientId,
  code,
  flag,
  messageGroupUuid,
  messageUuid,
  opId,
  pageFields,
  pageOf,
  time,
  userUuid,
} from "./fields.ts";
import * as limits from "./limits.ts";
import { messageKindSchema, messageTextSchema } from "./message-text.ts";
import {
  countBytes,
  countChars,
  isBlank,
  isSingleLine,
  normalizeText,
  removeBidiControls,
} from "./text.ts";
import { handleSchema, userShortSchema } from "./users.ts";

const unreadCount = z
  .number()
  .describe(`Exact below ${limits.UNREAD_COUNT_MAX}, which stands for that many or more.`);

const roleSchema = z
  .enum(["owner", "member"])
  .describe(
    "The owner of a group can remove members, make another member the owner, and delete anyone's message. A conversation of two has none.",
  );
export type Role = z.infer<typeof roleSchema>;

const folderSchema = z.enum(["inbox", "requests", "archive"], code("invalid_input"));
export type Folder = z.infer<typeof folderSchema>;

/** The fields of a conversation that are the caller's own business, and nobody else's. */
const ownFields = {
  folder: folderSchema.describe("The caller's folder that lists the conversation."),
  pinned: z.boolean().describe("Whether the conversation stands above the others of the inbox."),
  muted_until: time
    .nullable()
    .describe("Until when the conversation is muted; null where it is not. It may be in the past."),
  marked_unread: z
    .boolean()
    .describe("Whether the caller marked the conversation as unread and has not read it since."),
  blocked: z.boolean().describe("Whether the caller has blocked the other person of a pair."),
  request: z
    .enum(["received", "sent"])
    .nullable()
    .describe(
      `\`received\`: a stranger began the conversation, and the caller has not accepted it. \`sent\`: the other person has not accepted the caller's; until then the caller can send ${limits.REQUEST_MAX_MESSAGES} messages. Until a request is accepted there are no receipts and no typing signals. A group is one for a member whom a stranger has added.`,
    ),
  request_messages_left: z
    .number()
    .int()
    .nullable()
    .describe(
      "How many messages the caller can still send until the other person accepts; null where the caller has not sent a request.",
    ),
  requested_by: userShortSchema
    .nullable()
    .describe("Who added the caller to a group, until the caller accepts it; null otherwise."),
  hidden_senders: z
    .array(z.string())
    .describe(
      "Uuids of the members of a group whom the caller has blocked: a client folds their messages, and they aren't counted.",
    ),
};

/** The own fields of a conversation that nobody has filed, muted, blocked or asked for. */
export const UNFILED: z.infer<z.ZodObject<typeof ownFields>> = {
  folder: "inbox",
  pinned: false,
  muted_until: null,
  marked_unread: false,
  blocked: false,
  request: null,
  request_messages_left: null,
  requested_by: null,
  hidden_senders: [],
};

export const messageGroupSchema = z
  .object({
    uuid: z.string(),
    ...ownFields,
    kind: z
      .enum(["pair", "group"])
      .describe(
        "`pair`: the conversation of two people, which nobody joins or leaves. In a `group`, `user_uuid`, `display_name` and `handle` are blank.",
      ),
    name: z.string().nullable().describe("Name of a group; null where it has none."),
    role: roleSchema,
    some_members: z
      .array(userShortSchema)
      .describe(
        `The first other members of a group, at most ${limits.GROUP_TITLE_MAX_MEMBERS}, for its title and picture; empty in a pair.`,
      ),
    user_uuid: z.string(),
    display_name: z.string(),
    handle: z.string(),
    member_count: z.number(),
    message: z.string().describe("Preview of the newest message, whoever wrote it."),
    message_deleted: z
      .boolean()
      .describe(
        "True where the newest message was deleted, or hidden by the caller: `message` is then empty.",
      ),
    message_kind: messageKindSchema.describe("Kind of the newest message."),
    message_subjects: z
      .array(userShortSchema)
      .describe(
        `Whom the newest message is about, where it is a system message; at most ${limits.GROUP_TITLE_MAX_MEMBERS}.`,
      ),
    message_subject_count: z.number().describe("How many people it is about."),
    mentioned: z.boolean().describe("Whether an unread message mentions the caller."),
    created_at: time.describe("When the newest message was written."),
    last_message_uuid: z.string(),
    last_message_user_uuid: z.string(),
    last_message_display_name: z
      .string()
      .describe("Name of the person who wrote the newest message, or did what it says."),
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
      "A conversation as one member sees it. In a conversation of two, `user_uuid`, `display_name` and `handle` are the other person's.",
  });
export type MessageGroup = z.infer<typeof messageGroupSchema>;

/** The fields of a conversation of two whose newest message is a text. */
export const PAIR: Pick<
  MessageGroup,
  | "kind"
  | "name"
  | "role"
  | "some_members"
  | "message_kind"
  | "message_subjects"
  | "message_subject_count"
  | "mentioned"
> = {
  kind: "pair",
  name: null,
  role: "member",
  some_members: [],
  message_kind: "text",
  message_subjects: [],
  message_subject_count: 0,
  mentioned: false,
};

/** A folder, newest first. `unread` leaves only conversations with unread messages and those marked as unread. */
export const messageGroupsListInput = z.object({
  ...pageFields({ defaultItems: limits.PAGE_DEFAULT_ITEMS, maxItems: limits.PAGE_MAX_ITEMS }),
  folder: folderSchema
    .default("inbox")
    .describe(
      "Which of the caller's folders to list. The first page of the inbox has the pinned conversations in addition, at its beginning.",
    ),
  unread: flag.optional(),
});
export const messageGroupsListOutput = pageOf(messageGroupSchema);

/** Names one conversation. Every input that names a conversation has this field. */
export const messageGroupInput = z.object({ message_group_uuid: messageGroupUuid });

export const messageGroupDetailSchema = messageGroupSchema
  .extend({
    members: z.array(
      userShortSchema.extend({
        role: roleSchema,
        joined_at: time
          .nullable()
          .describe("When the member joined the group; null in a conversation of two."),
        read_message_uuid: z
          .string()
          .nullable()
          .describe(
            "The member's read marker; null before the first read, and where either side hides read receipts.",
          ),
      }),
    ),
  })
  .meta({
    id: "MessageGroupDetail",
    description: "A conversation with its members, the one who joined first at the beginning.",
  });
export type MessageGroupDetail = z.infer<typeof messageGroupDetailSchema>;

/** Moves the caller's read marker to a message. A marker never moves back. */
export const markReadInput = messageGroupInput.extend({ message_uuid: messageUuid });
export const markReadOutput = z.object({
  read_message_uuid: z.string(),
  unread_count: unreadCount,
});

/** A moment far in the future mutes for good; null ends the silence. */
export const messageGroupsMuteInput = messageGroupInput.extend({
  until: z.iso
    .datetime({ error: code("invalid_input") })
    .nullable()
    .describe("Until when the conversation is muted, UTC; null ends it."),
});
/** A name is shown on one line: see `text.ts`. */
const groupNameSchema = z
  .string(code("group_name_invalid"))
  .refine(isSingleLine, code("group_name_invalid"))
  .transform((name) => normalizeText(removeBidiControls(name)))
  .refine(
    (name) =>
      !isBlank(name) &&
      countBytes(name) <= limits.GROUP_NAME_MAX_BYTES &&
      countChars(name) <= limits.GROUP_NAME_MAX_CHARS,
    code("group_name_invalid"),
  )
  .describe(
    `Name of a group: one line of at most ${limits.GROUP_NAME_MAX_CHARS} characters and ${limits.GROUP_NAME_MAX_BYTES} bytes of UTF-8.`,
  );

/** Limits are refinements: as `minItems` they would make a tuple of the client's type. */
const handlesSchema = z
  .array(handleSchema, code("invalid_input"))
  .refine((handles) => handles.length > 0, code("user_receiver_handle_blank"))
  .refine((handles) => handles.length <= limits.MESSAGE_GROUP_MAX_MEMBERS, code("group_full"))
  .describe("Handles of people. Repeated handles and the caller's own count once.");

/** The caller becomes the group's owner. */
export const messageGroupsCreateInput = z.object({
  handles: handlesSchema,
  name: groupNameSchema.nullish(),
  message: messageTextSchema.optional().describe("The first message."),
  client_id: clientId,
});
export const messageGroupsCreateOutput = z.object({ message_group_uuid: z.string() });

/** Names one change of one group. Every input that changes a group has these fields. */
const groupChangeInput = messageGroupInput.extend({ op_id: opId });

export const messageGroupsRenameInput = groupChangeInput.extend({
  name: groupNameSchema.nullable().describe("The new name; null takes the name away."),
});
export const messageGroupsAddInput = groupChangeInput.extend({
  handles: handlesSchema,
  share_history: flag
    .optional()
    .describe(
      "Whether the new members can read what was written before, as far as the caller can; they can't by default.",
    ),
});
export const messageGroupsMemberInput = groupChangeInput.extend({ user_uuid: userUuid });
export const messageGroupsLeaveInput = groupChangeInput;
