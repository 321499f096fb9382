import {
  messageGroupInput,
  messageGroupSchema,
  messageGroupsMuteInput,
} from "@cruddur/contract/message-groups";
import type { Membership } from "@cruddur/ddb/types";
import { memberOf, type SignedInContext } from "./trpc.ts";
import { peopleOfMessageGroup, toWireMessageGroup } from "./wire-form.ts";
import { withSyncParsing } from "./with-sync-parsing.ts";

/** What a member does with their own view of a conversation. */
export const filingProcedures = {
  archive: filing("archive"),
  unarchive: filing("unarchive"),
  pin: filing("pin"),
  unpin: filing("unpin"),

  mute: memberOf(messageGroupsMuteInput)
    .output(withSyncParsing(messageGroupSchema))
    .mutation(async ({ ctx, input }) => {
      const until = { muted_until: input.until };
      return answerOwn(ctx, await ctx.services.store.muteConversation(ctx.membership, until));
    }),

  markUnread: memberOf(messageGroupInput)
    .output(withSyncParsing(messageGroupSchema))
    .mutation(async ({ ctx }) =>
      answerOwn(ctx, await ctx.services.store.markUnread(ctx.membership)),
    ),

  accept: memberOf(messageGroupInput)
    .output(withSyncParsing(messageGroupSchema))
    .mutation(async ({ ctx }) => {
      const accepted = await ctx.services.store.acceptRequest(ctx.membership);
      if (ctx.membership.requested !== null) publishAcceptance(ctx, ctx.membership);
      return answerOwn(ctx, accepted);
    }),
};

function filing(change: "archive" | "unarchive" | "pin" | "unpin") {
  return memberOf(messageGroupInput)
    .output(withSyncParsing(messageGroupSchema))
    .mutation(async ({ ctx }) =>
      answerOwn(ctx, await ctx.services.store.fileConversation(ctx.membership, change)),
    );
}

/** Answers with the caller's view of a conversation, and tells their other devices. */
async function answerOwn(ctx: SignedInContext, membership: Membership) {
  const { live, people } = ctx.services;
  const { user_uuid, message_group_uuid } = membership;
  live.publish({ type: "message_group_changed", message_group_uuid, to: [user_uuid] });
  const profiles = await people.profiles(peopleOfMessageGroup(membership));
  return toWireMessageGroup(membership, profiles);
}

/** The sender learns that they can write on, and the member's own devices that it is no request. */
export function publishAcceptance(
  { services }: Pick<SignedInContext, "services">,
  { user_uuid, other, message_group_uuid, read_message_uuid, unread_count }: Membership,
): void {
  const to = other === null ? [user_uuid] : [user_uuid, other.user_uuid];
  services.live.publish({ type: "message_group_changed", message_group_uuid, to });
  if (other !== null || read_message_uuid === null) return;
  // The other members of a group may now know how far this one has read.
  const read = { user_uuid, message_group_uuid, message_uuid: read_message_uuid, unread_count };
  services.live.publish({ type: "read", ...read, own: false });
}

/**
 * Whether a member's receipts and typing are shown to others: not before they accept a request, and in
 * a pair not while either has blocked the other.
 */
export function isOpen(
  membership: Pick<Membership, "requested" | "request_messages" | "blocked" | "refused">,
): boolean {
  const { requested, request_messages, blocked, refused } = membership;
  return requested === null && request_messages === null && !blocked && !refused;
}
