import { z } from "zod";
import { code, nonBlank } from "./fields.ts";
import * as limits from "./limits.ts";
import { countBytes, countChars, normalizeText } from "./text.ts";

/** What messages say about a group, in codes that each client puts into its reader's words. */
export const SYSTEM_MESSAGE_KINDS = [
  "created",
  "renamed",
  "added",
  "removed",
  "left",
  "owner_changed",
] as const;
export type SystemMessageKind = (typeof SYSTEM_MESSAGE_KINDS)[number];

export const messageKindSchema = z
  .enum(["text", ...SYSTEM_MESSAGE_KINDS])
  .describe(
    "`text` is what people write. All others are system messages, which are never unread and which nobody can change: who made the group, gave it a name, added or removed members, left, or made another member the owner.",
  );
export type MessageKind = z.infer<typeof messageKindSchema>;

export const messageTextSchema = nonBlank("message_blank")
  .transform(normalizeText)
  .superRefine((text, ctx) => {
    // Bytes are counted first: counting them is cheaper and bounds the work of counting characters.
    if (countBytes(text) > limits.MESSAGE_MAX_BYTES) {
      ctx.addIssue({ code: "custom", message: code("message_exceed_max_bytes") });
    } else if (countChars(text) > limits.MESSAGE_MAX_CHARS) {
      ctx.addIssue({ code: "custom", message: code("message_exceed_max_chars") });
    }
  })
  .describe(
    `Text of a message: at most ${limits.MESSAGE_MAX_CHARS} characters as people count them and ${limits.MESSAGE_MAX_BYTES} bytes of UTF-8.`,
  );
