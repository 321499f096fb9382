import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { messageGroupInput } from "@cruddur/contract/message-groups";
import {
  messageSchema,
  messagesCreateInput,
  messagesDeleteInput,
  messagesEditInput,
  messagesGetInput,
  messagesHideInput,
  messagesListInput,
  messagesListOutput,
  messagesReactInput,
} from "@cruddur/contract/messages";
import { withoutHidden } from "@cruddur/ddb/hidden-messages";
import type { Membership, StoredMessage, StoreSendInput } from "@cruddur/ddb/types";
import { z } from "zod";
import { isOpen, publishAcceptance } from "./filing.ts";
import { findMentioned } from "./mentions.ts";
import {
  publishChange,
  publishMessage,
  readOwnName,
  recipientsOf,
  toOneWireMessage,
} from "./publish-message.ts";
import { readFirstMessages } from "./reach.ts";
import { moveReadMarker } from "./read-marker.ts";
import { readVisiblePage } from "./read-visible-page.ts";
import {
  memberOf,
  readerOf,
  readPage,
  requireMember,
  requireReadable,
  router,
  type SignedInContext,
  signedIn,
} from "./trpc.ts";
import { toWireCursors, toWireMessages } from "./wire-form.ts";
import { withSyncParsing } from "./with-sync-parsing.ts";

export const messagesRouter = router({
  list: readerOf(messagesListInput)
    .output(withSyncParsing(messagesListOutput))
    .query(async ({ ctx, input }) => {
      const { store, people, cursors } = ctx.services;
      const { message_group_uuid, limit, cursor, around, since } = input;
      const { user_uuid } = ctx.user;
      const scope = { list: "messages", user_uuid, of: message_group_uuid } as const;
      // One small request could otherwise ask for the same pages many times.
      if (ctx.listed.has(message_group_uuid)) {
        throw new AppError("rate_limited", { retryAfterSeconds: 1 });
      }
      ctx.listed.add(message_group_uuid);
      const position = cursor ? cursors.decode(scope, cursor) : undefined;
      const read = (joined_after: string | null) => {
        const range = { message_group_uuid, joined_after, limit };
        return position !== undefined
          ? store.listMessages({ ...range, position })
          : around !== undefined
            ? store.listMessagesAround({ ...range, message_uuid: around })
            : since !== undefined
              ? store.listMessagesSince({ ...range, sinceMs: Date.parse(since) })
              : store.listMessages(range);
      };
      const page = await readPage(
        ctx,
        () => readVisiblePage(ctx.membership, read),
        bytesOfMessages,
      );
      const items = await withoutHidden(store, await ctx.membership, page.items);
      if (around !== undefined && items.length < page.items.length) {
        const isShown = items.some(({ uuid }) => uuid === around.toLowerCase());
        if (!isShown) throw new AppError("message_hidden");
      }
      return {
        items: await toWireMessages(items, people),
        ...toWireCursors(page, scope, cursors),
      };
    }),

  get: readerOf(messagesGetInput)
    .output(withSyncParsing(messageSchema))
    .query(async ({ ctx, input }) => {
      const { store, people } = ctx.services;
      const stored = await store.getMessage(input);
      if (stored === null) throw new AppError("message_not_found");
      const [shown] = await withoutHidden(store, await ctx.membership, [stored]);
      if (shown === undefined) throw new AppError("message_hidden");
      return toOneWireMessage(stored, people);
    }),

  create: signedIn
    .input(withSyncParsing(messagesCreateInput))
    .output(withSyncParsing(messageSchema))
    .mutation(async ({ ctx, input }) => {
      const { limits, observe } = ctx.services;
      const { user_uuid } = ctx.user;
      await limits.consume("sends", { user: user_uuid });
      const sender = await readOwnName(ctx);
      const { message_group_uuid: to, handle: toHandle, ...content } = input;
      const target = { message_group_uuid: to, handle: toHandle };
      const { stored, ...recipients } = await send(ctx, target, {
        ...content,
        sender,
        traceparent: observe.traceparent(),
      });
      return publishMessage(ctx, stored, recipients);
    }),

  edit: memberOf(messagesEditInput)
    .output(withSyncParsing(messageSchema))
    .mutation(async ({ ctx, input }) => {
      const { user_uuid } = ctx.user;
      requireUnblocked(ctx.membership);
      return publishChange(ctx, await ctx.services.store.editMessage({ ...input, user_uuid }));
    }),

  delete: memberOf(messagesDeleteInput)
    .output(withSyncParsing(messageSchema))
    .mutation(async ({ ctx, input }) => {
      const { user_uuid } = ctx.user;
      const deletion = { ...input, user_uuid, role: ctx.membership.group?.role };
      return publishChange(ctx, await ctx.services.store.deleteMessage(deletion));
    }),

  hide: memberOf(messagesHideInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      const { store, live } = ctx.services;
      const { user_uuid } = ctx.user;
      const { message_group_uuid } = input;
      const { uuid: message_uuid, ...message } = await store.hideMessage({ ...input, user_uuid });
      // What nobody can see any more must not stay unread.
      if (message.user_uuid !== user_uuid) await moveReadMarker(ctx, input);
      live.publish({ type: "message_hidden", user_uuid, message_group_uuid, message_uuid });
      return null;
    }),

  react: memberOf(messagesReactInput)
    .output(withSyncParsing(messageSchema))
    .mutation(async ({ ctx, input }) => {
      const { user_uuid } = ctx.user;
      requireUnblocked(ctx.membership);
      return publishChange(ctx, await ctx.services.store.addReaction({ ...input, user_uuid }));
    }),

  unreact: memberOf(messagesReactInput)
    .output(withSyncParsing(messageSchema))
    .mutation(async ({ ctx, input }) => {
      const { user_uuid } = ctx.user;
      return publishChange(ctx, await ctx.services.store.removeReaction({ ...input, user_uuid }));
    }),

  typing: memberOf(messageGroupInput)
    .output(z.null())
    .mutation(async ({ ctx, input: { message_group_uuid } }) => {
      const { user_uuid } = ctx.user;
      await ctx.services.limits.consume("typing", { user: user_uuid });
      if (isOpen(ctx.membership)) {
        ctx.services.live.publish({ type: "typing", user_uuid, message_group_uuid });
      }
      return null;
    }),
});

/** Names, uuids and times of a message on the wire. */
const BYTES_BESIDE_TEXT = 500;
/** A uuid and an emoji, in the strings of the item and on the wire. */
const BYTES_OF_REACTION = 200;

const bytesOfMessages = ({ items }: { items: readonly StoredMessage[] }): number =>
  items.reduce(
    (sum, { message, reactions = [] }) =>
      sum + message.length * 2 + reactions.length * BYTES_OF_REACTION + BYTES_BESIDE_TEXT,
    0,
  );

/** @returns the stored message and who receives it; `members` only where known without a read */
async function send(
  ctx: SignedInContext,
  target: Pick<z.infer<typeof messagesCreateInput>, "message_group_uuid" | "handle">,
  input: StoreSendInput,
): Promise<{ stored: StoredMessage; member_count: number; members?: string[] | undefined }> {
  const { store, people, limits, pairs } = ctx.services;
  const { user_uuid } = ctx.user;
  if (target.message_group_uuid !== undefined) {
    return sendToGroup(ctx, target.message_group_uuid, input);
  }
  if (target.handle === undefined) throw new AppError("user_receiver_handle_blank");
  await limits.consume("lookups", { user: user_uuid }, { address: ctx.address });
  const receiver = await people.findByHandle(target.handle);
  if (receiver === null) throw new AppError("user_not_found");
  if (receiver.uuid === user_uuid) throw new AppError("user_receiver_is_self");
  const { uuid, handle, display_name } = receiver;
  const message_group_uuid = derivePairGroupUuid(user_uuid, uuid);
  const id = { user_uuid, message_group_uuid };
  if (pairs.otherOf(id) !== undefined) return sendToGroup(ctx, message_group_uuid, input);
  const other = { user_uuid: uuid, handle, display_name };
  const firstMessage = await readFirstMessages(ctx, uuid);
  const membership = store.getMembership(id);
  const stored = await store.sendToPerson({
    ...{ ...input, receiver: other, membership },
    firstMessage,
  });
  const before = await membership;
  if (before !== null) publishAcceptanceOf(ctx, before);
  pairs.remember({ ...id, other });
  return { stored, member_count: 2, members: [user_uuid, uuid] };
}

/** Sends while the guard reads the membership: nothing is stored before the guard has agreed (ADR 24). */
async function sendToGroup(
  ctx: SignedInContext,
  message_group_uuid: string,
  input: StoreSendInput,
) {
  const permission = permitSend(ctx, message_group_uuid, input);
  const stored = await ctx.services.store.sendMessage({ ...input, message_group_uuid, permission });
  const { membership } = await permission;
  publishAcceptanceOf(ctx, membership);
  return { stored, ...recipientsOf(membership) };
}

/** The membership guard of a send, and whom the text mentions, which is read at the same time. */
async function permitSend(ctx: SignedInContext, message_group_uuid: string, input: StoreSendInput) {
  const mentioning = findMentioned(ctx, message_group_uuid, input.message);
  mentioning.catch(() => {});
  const membership = await requireMember(ctx, message_group_uuid);
  requireReadable(membership, input);
  return { membership, mentions: membership.group === null ? undefined : await mentioning };
}

/** An answer accepts the request. */
function publishAcceptanceOf(ctx: SignedInContext, membership: Membership): void {
  if (membership.requested !== null) publishAcceptance(ctx, membership);
}

/** What was sent before a block stays, but it can't become something else. */
function requireUnblocked({ blocked, refused }: Membership): void {
  if (blocked || refused) throw new AppError("cannot_message");
}
