import { z } from "zod";
import * as limits from "./limits.ts";
import * as liveEvents from "./live-events.ts";
import * as messageGroups from "./message-groups.ts";
import * as messages from "./messages.ts";
import type { Procedure } from "./procedure.ts";
import { pushProcedures } from "./push.ts";
import { userProcedures } from "./user-procedures.ts";

/**
 * Every procedure by its path. The API reference and the client's types are made from this map, and
 * a type test of the server holds its router equal to it.
 */
export const procedures = {
  "messageGroups.list": {
    kind: "query",
    summary:
      "A page of one of the caller's folders, the conversation with the newest message first.",
    input: messageGroups.messageGroupsListInput,
    output: messageGroups.messageGroupsListOutput,
  },
  "messageGroups.get": {
    kind: "query",
    summary: "One conversation of the caller, with its members and how far they have read.",
    input: messageGroups.messageGroupInput,
    output: messageGroups.messageGroupDetailSchema,
  },
  "messageGroups.markRead": {
    kind: "mutation",
    summary: "Moves the caller's read marker forward to a message; it never moves back.",
    input: messageGroups.markReadInput,
    output: messageGroups.markReadOutput,
  },
  "messageGroups.archive": {
    kind: "mutation",
    summary:
      "Moves a conversation into the caller's archive. It comes back with the next message unless it is muted.",
    input: messageGroups.messageGroupInput,
    output: messageGroups.messageGroupSchema,
  },
  "messageGroups.unarchive": {
    kind: "mutation",
    summary: "Moves a conversation out of the caller's archive.",
    input: messageGroups.messageGroupInput,
    output: messageGroups.messageGroupSchema,
  },
  "messageGroups.pin": {
    kind: "mutation",
    summary: `Puts a conversation above the others of the caller's inbox, at most ${limits.PINNED_MAX} at a time.`,
    input: messageGroups.messageGroupInput,
    output: messageGroups.messageGroupSchema,
  },
  "messageGroups.unpin": {
    kind: "mutation",
    summary: "Puts a pinned conversation back among the others of the caller's inbox.",
    input: messageGroups.messageGroupInput,
    output: messageGroups.messageGroupSchema,
  },
  "messageGroups.mute": {
    kind: "mutation",
    summary:
      "Mutes a conversation for the caller until a moment, or ends its silence. It goes on counting unread messages.",
    input: messageGroups.messageGroupsMuteInput,
    output: messageGroups.messageGroupSchema,
  },
  "messageGroups.markUnread": {
    kind: "mutation",
    summary:
      "Marks a conversation as unread until the caller reads it again; its read marker stays.",
    input: messageGroups.messageGroupInput,
    output: messageGroups.messageGroupSchema,
  },
  "messageGroups.accept": {
    kind: "mutation",
    summary: "Accepts a conversation that a stranger began. An answer accepts it, too.",
    input: messageGroups.messageGroupInput,
    output: messageGroups.messageGroupSchema,
  },
  "messageGroups.create": {
    kind: "mutation",
    summary: `Makes a group of the caller, who becomes its owner, and of other people by handle: ${limits.MESSAGE_GROUP_MIN_MEMBERS} to ${limits.MESSAGE_GROUP_MAX_MEMBERS} members together. A repeated \`client_id\` returns the first group.`,
    input: messageGroups.messageGroupsCreateInput,
    output: messageGroups.messageGroupsCreateOutput,
  },
  "messageGroups.rename": {
    kind: "mutation",
    summary: "Gives a group of the caller another name, or none.",
    input: messageGroups.messageGroupsRenameInput,
    output: z.null(),
  },
  "messageGroups.add": {
    kind: "mutation",
    summary:
      "Adds people to a group of the caller, all or none. Who is a member already stays one. They read nothing that was written before unless the caller shares it.",
    input: messageGroups.messageGroupsAddInput,
    output: z.null(),
  },
  "messageGroups.remove": {
    kind: "mutation",
    summary: "Removes a member from a group that the caller owns, at once on every connection.",
    input: messageGroups.messageGroupsMemberInput,
    output: z.null(),
  },
  "messageGroups.leave": {
    kind: "mutation",
    summary:
      "Takes the caller out of a group. The member who joined first becomes the owner where the owner leaves.",
    input: messageGroups.messageGroupsLeaveInput,
    output: z.null(),
  },
  "messageGroups.makeOwner": {
    kind: "mutation",
    summary: "Makes another member the owner of a group that the caller owns.",
    input: messageGroups.messageGroupsMemberInput,
    output: z.null(),
  },
  "messages.list": {
    kind: "query",
    summary:
      "A page of a conversation's messages, oldest first within the page; without a cursor, the newest page.",
    input: messages.messagesListInput,
    output: messages.messagesListOutput,
  },
  "messages.create": {
    kind: "mutation",
    summary:
      "Sends a message to a conversation by its uuid, or to a person by handle. A repeated `client_id` returns the first message.",
    input: messages.messagesCreateInput,
    output: messages.messageSchema,
  },
  "messages.get": {
    kind: "query",
    summary: "One message of a conversation, such as the one that another message answers.",
    input: messages.messagesGetInput,
    output: messages.messageSchema,
  },
  "messages.edit": {
    kind: "mutation",
    summary:
      "Replaces the text of a message of the caller's own, within 24 hours; the earlier text is not kept. A repeated `op_id` returns the message as it is.",
    input: messages.messagesEditInput,
    output: messages.messageSchema,
  },
  "messages.delete": {
    kind: "mutation",
    summary:
      "Deletes a message for everyone: one of the caller's own, or anyone's in a group that the caller owns. Its place, sender and time stay; its text does not.",
    input: messages.messagesDeleteInput,
    output: messages.messageSchema,
  },
  "messages.hide": {
    kind: "mutation",
    summary:
      "Hides a message from the caller alone, on all their devices. It also counts as read, with everything before it.",
    input: messages.messagesHideInput,
    output: z.null(),
  },
  "messages.react": {
    kind: "mutation",
    summary:
      "Adds the caller's reaction to a message: each emoji once a person, at most 12 different ones on a message.",
    input: messages.messagesReactInput,
    output: messages.messageSchema,
  },
  "messages.unreact": {
    kind: "mutation",
    summary: "Takes the caller's reaction off a message.",
    input: messages.messagesReactInput,
    output: messages.messageSchema,
  },
  "messages.typing": {
    kind: "mutation",
    summary: "Tells the other members of a conversation that the caller is typing.",
    input: messageGroups.messageGroupInput,
    output: z.null(),
  },
  ...userProcedures,
  ...pushProcedures,
  "live.events": {
    kind: "subscription",
    summary:
      "Live events of all the caller's conversations, as server-sent events that resume after `lastEventId`.",
    input: liveEvents.liveEventsInput,
    output: liveEvents.liveEventSchema,
  },
} as const satisfies Record<string, Procedure>;

export type ProcedurePath = keyof typeof procedures;

type InputOf<P extends Procedure> = P["input"] extends z.ZodType ? z.input<P["input"]> : undefined;

/** What callers see of each procedure: input before defaults, output as it is on the wire. */
export type ProcedureTypes = {
  [Path in ProcedurePath]: {
    kind: (typeof procedures)[Path]["kind"];
    input: InputOf<(typeof procedures)[Path]>;
    output: z.output<(typeof procedures)[Path]["output"]>;
  };
};
