import { z } from "zod";
import { code } from "./fields.ts";
import * as limits from "./limits.ts";
import { messageSchema } from "./messages.ts";
import { userShortSchema } from "./users.ts";

const leftReasonSchema = z.enum(["left", "removed"]);
export type LeftReason = z.infer<typeof leftReasonSchema>;

/**
 * What `live.events` delivers. The server and the web app derive their handling from this union, so
 * that a new event doesn't compile until both handle it.
 */
export const liveEventSchema = z
  .discriminatedUnion("type", [
    /** The live connection is open: everything after this moment is delivered. */
    z.object({ type: z.literal("ready") }),
    /** More was missed than is sent again: the client must read its lists again. */
    z.object({ type: z.literal("resync") }),
    z.object({ type: z.literal("message"), message: messageSchema }),
    /** A message was edited or deleted, or its reactions changed. Keep it unless a higher `revision` of it is known. */
    z.object({ type: z.literal("message_changed"), message: messageSchema }),
    /** The person has hidden a message from themselves, on this device or another. */
    z.object({
      type: z.literal("message_hidden"),
      message_group_uuid: z.string(),
      message_uuid: z.string(),
    }),
    /** A member's read marker moved. */
    z.object({
      type: z.literal("read"),
      message_group_uuid: z.string(),
      user_uuid: z.string(),
      message_uuid: z.string(),
      unread_count: z
        .number()
        .nullable()
        .describe(
          "The reader's own count of unread messages; null in the event that the other members receive.",
        ),
    }),
    z.object({ type: z.literal("typing"), message_group_uuid: z.string(), user_uuid: z.string() }),
    /** The caller's own view of a conversation has changed on one of their devices, or a request was accepted: read it again. */
    z.object({ type: z.literal("message_group_changed"), message_group_uuid: z.string() }),
    /** The name, the members or the owner of a group have changed: read it again. */
    z.object({ type: z.literal("group_changed"), message_group_uuid: z.string() }),
    /** The receiver has left a group or was removed from it: nothing of it can be read any more. */
    z.object({
      type: z.literal("group_left"),
      message_group_uuid: z.string(),
      reason: leftReasonSchema
        .nullable()
        .describe(
          "Whether the receiver left or the owner removed them; null where it isn't known.",
        ),
    }),
    /** A person has changed their name. */
    z.object({ type: z.literal("user"), user: userShortSchema }),
    /** This session has ended, alone or with all of the person's sessions. */
    z.object({ type: z.literal("signed_out") }),
  ])
  .meta({
    id: "LiveEvent",
    description:
      "What a live connection delivers. `resync` means that more was missed than is sent again: read the lists again.",
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
