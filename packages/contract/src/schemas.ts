import { z } from "zod";
import type { AppCode } from "./errors.ts";
import * as limits from "./limits.ts";
import { countBytes, countChars, isBlank, normalizeText } from "./text.ts";

/** Issue messages are codes of the closed set, so that the server can pass them on as they are. */
const code = (value: AppCode): AppCode => value;

const uuid = z.uuid(code("invalid_input"));
const time = z.iso.datetime({ precision: 3 });

const flag = z.boolean(code("invalid_input"));

/** A required string whose absence, wrong type or blankness all mean the same code. */
const nonBlank = (blank: AppCode) => z.string(blank).refine((s) => !isBlank(s), blank);

const HANDLE_REST = limits.HANDLE_MAX_CHARS - 1;

const handleSchema = nonBlank("user_receiver_handle_blank")
  .transform((handle) => handle.trim().replace(/^@/, ""))
  .pipe(
    z
      .string()
      .regex(new RegExp(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,${HANDLE_REST}}$`), code("user_not_found")),
  )
  .describe("Handle of a person, with or without a leading @.");

/** A handle being chosen, at sign-up; looking one up uses `handleSchema`. */
const newHandleSchema = z
  .string(code("handle_invalid"))
  .regex(new RegExp(`^[A-Za-z0-9][A-Za-z0-9_.-]{1,${HANDLE_REST}}$`), code("handle_invalid"));

const displayNameSchema = nonBlank("display_name_blank")
  .transform(normalizeText)
  .refine(
    (s) =>
      countBytes(s) <= limits.DISPLAY_NAME_MAX_BYTES &&
      countChars(s) <= limits.DISPLAY_NAME_MAX_CHARS,
    code("display_name_exceed_max_chars"),
  );

const emailSchema = z.email(code("invalid_input")).max(254, code("invalid_input"));

const passwordSchema = z
  .string(code("password_rejected"))
  .min(limits.PASSWORD_MIN_CHARS, code("password_rejected"))
  .max(limits.PASSWORD_MAX_CHARS, code("password_rejected"));

const messageGroupUuidSchema = nonBlank("message_group_uuid_blank")
  .pipe(uuid)
  .describe("Uuid of a conversation.");

const clientIdSchema = nonBlank("client_id_blank")
  .pipe(uuid)
  .describe(
    "A uuid that the client mints for each draft and repeats with every retry, so that the message is stored once.",
  );

/** Message uuids are UUIDv7: they carry the message's time (see `ids.ts`). */
const messageUuidSchema = z.uuidv7(code("invalid_input")).describe("Uuid of a message.");

export const messageTextSchema = nonBlank("message_blank")
  .transform(normalizeText)
  .superRefine((text, ctx) => {
    // Bytes first: it is the cheaper count, and bounds what the other one has to walk.
    if (countBytes(text) > limits.MESSAGE_MAX_BYTES) {
      ctx.addIssue({ code: "custom", message: code("message_exceed_max_bytes") });
    } else if (countChars(text) > limits.MESSAGE_MAX_CHARS) {
      ctx.addIssue({ code: "custom", message: code("message_exceed_max_chars") });
    }
  })
  .describe(
    `Text of a message: at most ${limits.MESSAGE_MAX_CHARS} characters as people count them and ${limits.MESSAGE_MAX_BYTES} bytes of UTF-8.`,
  );

const limitSchema = (max: number) =>
  z.int(code("invalid_input")).min(1, code("invalid_input")).max(max, code("invalid_input"));

const pageInput = {
  cursor: z
    .string(code("cursor_invalid"))
    .max(limits.CURSOR_MAX_CHARS, code("cursor_invalid"))
    .nullish()
    .describe("A cursor of an earlier page of the same list. Without one the first page is read."),
  direction: z
    .enum(["forward", "backward"], code("invalid_input"))
    .optional()
    .describe("Ignored: some query libraries send it. A cursor already carries its direction."),
  limit: limitSchema(limits.PAGE_MAX_ITEMS)
    .default(limits.PAGE_DEFAULT_ITEMS)
    .describe("The largest number of items in the page."),
};

const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next_cursor: z.string().nullable().describe("Leads to older items; null where there are none."),
    previous_cursor: z
      .string()
      .nullable()
      .describe("Leads to newer items; null where there are none."),
  });

export const userShortSchema = z
  .object({
    uuid: z.string(),
    handle: z.string(),
    display_name: z.string(),
  })
  .meta({ id: "UserShort", description: "What everybody may see of a person." });
export type UserShort = z.infer<typeof userShortSchema>;

export const ownUserSchema = userShortSchema
  .extend({
    email: z.string(),
    read_receipts: z.boolean().describe("Whether others see how far this person has read."),
    typing_indicators: z.boolean().describe("Whether others see that this person is typing."),
  })
  .meta({ id: "OwnUser", description: "The signed-in person's own profile and settings." });
export type OwnUser = z.infer<typeof ownUserSchema>;

const messageSchema = z
  .object({
    uuid: z.string(),
    message_group_uuid: z.string(),
    client_id: z.string(),
    user_uuid: z.string().describe("Who wrote the message."),
    display_name: z.string(),
    handle: z.string(),
    message: z.string(),
    created_at: time,
  })
  .meta({ id: "Message", description: "One message of a conversation." });
export type Message = z.infer<typeof messageSchema>;

const messageGroupSchema = z
  .object({
    uuid: z.string(),
    user_uuid: z.string(),
    display_name: z.string(),
    handle: z.string(),
    member_count: z.number(),
    message: z.string().describe("Preview of the newest message, whoever wrote it."),
    created_at: time.describe("When the newest message was written."),
    last_message_uuid: z.string(),
    last_message_user_uuid: z.string(),
    unread_count: z.number(),
    read_message_uuid: z
      .string()
      .nullable()
      .describe("The newest message that this member has read; null before the first."),
  })
  .meta({
    id: "MessageGroup",
    description:
      "A conversation as one member sees it. For a pair, the name and the handle are the other person's.",
  });
export type MessageGroup = z.infer<typeof messageGroupSchema>;

export const messageGroupsListInput = z.object({ ...pageInput, unread: flag.optional() });
export const messageGroupsListOutput = page(messageGroupSchema);

export const messageGroupInput = z.object({ message_group_uuid: messageGroupUuidSchema });

export const messageGroupDetailSchema = messageGroupSchema
  .extend({
    members: z.array(
      userShortSchema.extend({
        read_message_uuid: z
          .string()
          .nullable()
          .describe(
            "The newest message that this member has read; null before the first, and where either side hides read receipts.",
          ),
      }),
    ),
  })
  .meta({ id: "MessageGroupDetail", description: "A conversation with its members." });
export type MessageGroupDetail = z.infer<typeof messageGroupDetailSchema>;

export const markReadInput = z.object({
  message_group_uuid: messageGroupUuidSchema,
  message_uuid: messageUuidSchema,
});
export const markReadOutput = z.object({
  read_message_uuid: z.string(),
  unread_count: z.number(),
});

export const messagesListInput = z.object({
  ...pageInput,
  message_group_uuid: messageGroupUuidSchema,
  around: messageUuidSchema.optional().describe("Opens the page that holds this message."),
  since: z.iso
    .datetime({ offset: true, error: code("invalid_input") })
    .optional()
    .describe("Opens the page that starts at this moment."),
});
export const messagesListOutput = page(messageSchema);

/** To an existing group by its uuid, or to a person by handle (the pair's group is made if needed). */
export const messagesCreateInput = z
  .object({
    message: messageTextSchema,
    client_id: clientIdSchema,
    message_group_uuid: messageGroupUuidSchema.optional(),
    handle: handleSchema.optional(),
  })
  .superRefine(({ message_group_uuid, handle }, ctx) => {
    if (message_group_uuid === undefined && handle === undefined) {
      ctx.addIssue({
        code: "custom",
        message: code("user_receiver_handle_blank"),
        path: ["handle"],
      });
    } else if (message_group_uuid !== undefined && handle !== undefined) {
      ctx.addIssue({ code: "custom", message: code("invalid_input"), path: ["handle"] });
    }
  });
export const messagesCreateOutput = messageSchema;

export const usersShortInput = z.object({ handle: handleSchema });
export const usersSearchInput = z.object({
  query: z
    .string(code("invalid_input"))
    .trim()
    .min(1, code("invalid_input"))
    .max(100, code("invalid_input")),
  cursor: pageInput.cursor,
  direction: pageInput.direction,
  limit: limitSchema(limits.SEARCH_MAX_ITEMS).default(limits.SEARCH_DEFAULT_ITEMS),
});
export const usersSearchOutput = page(userShortSchema);
export const usersUpdateInput = z.object({
  display_name: displayNameSchema.optional(),
  read_receipts: flag.optional(),
  typing_indicators: flag.optional(),
});

export const typingInput = z.object({ message_group_uuid: messageGroupUuidSchema });

export const liveEventSchema = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("ready") }),
    z.object({ type: z.literal("resync") }),
    z.object({ type: z.literal("message"), message: messageSchema }),
    z.object({
      type: z.literal("read"),
      message_group_uuid: z.string(),
      user_uuid: z.string(),
      message_uuid: z.string(),
      unread_count: z
        .number()
        .nullable()
        .describe(
          "The reader's own count of unread messages, only in the event sent to the reader.",
        ),
    }),
    z.object({ type: z.literal("typing"), message_group_uuid: z.string(), user_uuid: z.string() }),
    z.object({ type: z.literal("user"), user: userShortSchema }),
    z.object({ type: z.literal("signed_out") }),
  ])
  .meta({
    id: "LiveEvent",
    description:
      "What a live connection delivers. `resync` means that more was missed than is replayed: read the lists again.",
  });
export type LiveEvent = z.infer<typeof liveEventSchema>;

export const liveEventsInput = z
  .object({
    lastEventId: z
      .string(code("invalid_input"))
      .max(limits.CURSOR_MAX_CHARS, code("invalid_input"))
      .nullish()
      .describe("The id of the last event received: what came after it is delivered first."),
  })
  .optional();

/** Cookie routes (plain HTTP, beside tRPC): bodies and answers. */
export const sessionCreateInput = z.object({
  handle: z
    .string(code("sign_in_failed"))
    .trim()
    .min(1, code("sign_in_failed"))
    .max(254, code("sign_in_failed")),
  password: z
    .string(code("sign_in_failed"))
    .min(1, code("sign_in_failed"))
    .max(limits.PASSWORD_MAX_CHARS, code("sign_in_failed")),
});
export const sessionSchema = z
  .object({
    access_token: z.string().describe("Sent as `Authorization: Bearer …`."),
    expires_in: z.number().describe("Seconds until the access token expires."),
    user: ownUserSchema,
  })
  .meta({ id: "Session", description: "A signed-in session." });
export type Session = z.infer<typeof sessionSchema>;

export const accountCreateInput = z.object({
  handle: newHandleSchema,
  display_name: displayNameSchema,
  email: emailSchema,
  password: passwordSchema,
});
export const accountHandleInput = z.object({ handle: sessionCreateInput.shape.handle });
export const accountConfirmInput = accountHandleInput.extend({
  code: z
    .string(code("confirmation_code_wrong"))
    .trim()
    .min(1, code("confirmation_code_wrong"))
    .max(32, code("confirmation_code_wrong")),
});
export const passwordResetInput = accountConfirmInput.extend({ password: passwordSchema });
