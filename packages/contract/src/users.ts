import { z } from "zod";
import {
  code,
  flag,
  messageGroupUuid,
  messageUuid,
  nonBlank,
  pageFields,
  pageOf,
  time,
  userUuid,
} from "./fields.ts";
import { isReservedHandle } from "./handles.ts";
import * as limits from "./limits.ts";
import { countBytes, countChars, isSingleLine, normalizeText, removeBidiControls } from "./text.ts";

const HANDLE_REST = limits.HANDLE_MAX_CHARS - 1;

/** A handle to look up. One that nobody can have is `user_not_found`. */
export const handleSchema = nonBlank("user_receiver_handle_blank")
  .transform((handle) => handle.trim().replace(/^@/, ""))
  .pipe(
    z
      .string()
      .regex(new RegExp(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,${HANDLE_REST}}$`), code("user_not_found")),
  )
  .describe("Handle of a person, with or without a leading @.");

/** A handle that a person chooses at sign-up. */
export const newHandleSchema = z
  .string(code("handle_invalid"))
  .regex(new RegExp(`^[A-Za-z0-9][A-Za-z0-9_.-]{1,${HANDLE_REST}}$`), code("handle_invalid"))
  .refine((handle) => !isReservedHandle(handle), code("handle_taken"));

/** Control characters, line breaks and bidi controls cannot stand in a name: see `text.ts`. */
export const displayNameSchema = nonBlank("display_name_blank")
  .refine(isSingleLine, code("invalid_input"))
  .transform((name) => normalizeText(removeBidiControls(name)))
  .refine(
    (s) =>
      countBytes(s) <= limits.DISPLAY_NAME_MAX_BYTES &&
      countChars(s) <= limits.DISPLAY_NAME_MAX_CHARS,
    code("display_name_exceed_max_chars"),
  );

export const userShortSchema = z
  .object({
    uuid: z.string(),
    handle: z.string(),
    display_name: z.string(),
  })
  .meta({ id: "UserShort", description: "What everybody may see of a person." });
export type UserShort = z.infer<typeof userShortSchema>;

const firstMessagesSchema = z
  .enum(["inbox", "requests", "refused"], code("invalid_input"))
  .describe(
    "What becomes of the first message of somebody whom this person has never written with: a request in the inbox, a request in the folder of requests, or a refusal with `cannot_message`.",
  );
export type FirstMessages = z.infer<typeof firstMessagesSchema>;

const groupAdditionsSchema = z
  .enum(["everyone", "acquaintances", "nobody"], code("invalid_input"))
  .describe(
    "Who may add this person to a group: everyone, where being added by a stranger is a request; people whom they have written with; or nobody. Others get `cannot_message`.",
  );
export type GroupAdditions = z.infer<typeof groupAdditionsSchema>;

export const ownUserSchema = userShortSchema
  .extend({
    email: z.string(),
    read_receipts: z.boolean().describe("Whether others see how far this person has read."),
    typing_indicators: z.boolean().describe("Whether others see that this person is typing."),
    first_messages: firstMessagesSchema,
    group_additions: groupAdditionsSchema,
    searchable: z.boolean().describe("Whether a search finds this person."),
    mentions_break_mutes: z
      .boolean()
      .describe("Whether a mention of this person notifies them in a muted conversation, too."),
  })
  .meta({ id: "OwnUser", description: "The signed-in person's own profile and settings." });
export type OwnUser = z.infer<typeof ownUserSchema>;

export const sessionItemSchema = z
  .object({
    uuid: z.string(),
    device: z.string().describe("The browser or program, as it names itself (`User-Agent`)."),
    address: z.string().describe("The network address that it was last used from."),
    signed_in_at: time,
    last_used_at: time.describe("When its access token was last renewed."),
    is_current: z.boolean().describe("Whether the call itself belongs to this session."),
  })
  .meta({ id: "SessionItem", description: "A place where the caller is signed in." });
export type SessionItem = z.infer<typeof sessionItemSchema>;

export const passkeyItemSchema = z
  .object({
    uuid: z.string(),
    device: z
      .string()
      .describe("The browser or program in which it was added, as it names itself."),
    created_at: time,
    last_used_at: time.nullable().describe("When it last signed in; null for never."),
  })
  .meta({ id: "PasskeyItem", description: "A passkey of the caller." });
export type PasskeyItem = z.infer<typeof passkeyItemSchema>;

export const usersSecurityOutput = z.object({
  second_factor: z.boolean().describe("Whether signing in needs a code of an authenticator app."),
  passkeys: z.array(passkeyItemSchema),
  sessions: z.array(sessionItemSchema),
});
export const usersEndSessionInput = z.object({ session_uuid: z.uuid(code("invalid_input")) });

export const usersShortInput = z.object({ handle: handleSchema });

export const usersSearchInput = z.object({
  query: z
    .string(code("invalid_input"))
    .trim()
    .min(1, code("invalid_input"))
    .max(limits.SEARCH_QUERY_MAX_CHARS, code("invalid_input"))
    .refine(isSingleLine, code("invalid_input")),
  ...pageFields({ defaultItems: limits.SEARCH_DEFAULT_ITEMS, maxItems: limits.SEARCH_MAX_ITEMS }),
});
export const usersSearchOutput = pageOf(userShortSchema);

export const usersPersonInput = z.object({ user_uuid: userUuid });

const reportReasonSchema = z.enum(
  ["spam", "abuse", "impersonation", "illegal", "other"],
  code("invalid_input"),
);
export type ReportReason = z.infer<typeof reportReasonSchema>;

/** A message is named together with its conversation. */
export const usersReportInput = usersPersonInput
  .extend({
    message_group_uuid: messageGroupUuid
      .optional()
      .describe(
        "A conversation of the caller: what the person wrote there last is kept as evidence.",
      ),
    message_uuid: messageUuid
      .optional()
      .describe("A message of the person in that conversation: it is kept as evidence, too."),
    reason: reportReasonSchema,
  })
  .refine(
    ({ message_group_uuid, message_uuid }) =>
      message_uuid === undefined || message_group_uuid !== undefined,
    code("message_group_uuid_blank"),
  );

export const usersBlockedInput = z.object(
  pageFields({ defaultItems: limits.PAGE_DEFAULT_ITEMS, maxItems: limits.PAGE_MAX_ITEMS }),
);

export const usersUpdateInput = z.object({
  display_name: displayNameSchema.optional(),
  read_receipts: flag.optional(),
  typing_indicators: flag.optional(),
  first_messages: firstMessagesSchema.optional(),
  group_additions: groupAdditionsSchema.optional(),
  searchable: flag.optional(),
  mentions_break_mutes: flag.optional(),
});
