import { AppError } from "@cruddur/contract/errors";
import { messageGroupInput } from "@cruddur/contract/message-groups";
import {
  messageSchema,
  messagesCreateInput,
  messagesListInput,
  messagesListOutput,
} from "@cruddur/contract/messages";
import type { SendInput, StoredMessage } from "@cruddur/ddb/types";
import { z } from "zod";
import type { Context, Identity } from "./context.ts";
import { inOneGo } from "./one-go.ts";
import { presentCursors, presentMessage, presentMessages } from "./present.ts";
import { memberOf, requireMember, router, signedIn } from "./trpc.ts";

export const messagesRouter = router({
  list: memberOf(messagesListInput)
    .output(inOneGo(messagesListOutput))
    .query(async ({ ctx, input }) => {
      const { store, people, cursors } = ctx.services;
      const { message_group_uuid, limit } = input;
      const scope = {
        list: "messages",
        user_uuid: ctx.user.user_uuid,
        of: message_group_uuid,
      } as const;
      const page = await (input.cursor
        ? store.listMessages({
            message_group_uuid,
            limit,
            position: cursors.decode(scope, input.cursor),
          })
        : input.around !== undefined
          ? store.listMessagesAround({ message_group_uuid, limit, message_uuid: input.around })
          : input.since !== undefined
            ? store.listMessagesSince({
                message_group_uuid,
                limit,
                sinceMs: Date.parse(input.since),
              })
            : store.listMessages({ message_group_uuid, limit }));
      return {
        items: await presentMessages(page.items, people),
        ...presentCursors(page, scope, cursors),
      };
    }),

  create: signedIn
    .input(inOneGo(messagesCreateInput))
    .output(inOneGo(messageSchema))
    .mutation(async ({ ctx, input }) => {
      const { people, limits, live, observe } = ctx.services;
      const { user_uuid } = ctx.user;
      await limits.consume("sends", { user: user_uuid });
      const sender = (await people.profiles([user_uuid])).get(user_uuid);
      const { handle = "", display_name = "" } = sender ?? {};
      const { stored, to } = await send(ctx, input, {
        sender: { user_uuid, display_name, handle },
        client_id: input.client_id,
        message: input.message,
        traceparent: observe.traceparent(),
      });
      // A repeated send is told again: the first telling may have been lost with its server.
      const message = presentMessage(stored, { display_name, handle });
      live.message(message, to);
      return message;
    }),

  typing: memberOf(messageGroupInput)
    .output(z.null())
    .mutation(async ({ ctx, input }) => {
      await ctx.services.limits.consume("typing", { user: ctx.user.user_uuid });
      ctx.services.live.typing({ user_uuid: ctx.user.user_uuid, ...input });
      return null;
    }),
});

async function send(
  ctx: Context & { user: Identity },
  to: z.infer<typeof messagesCreateInput>,
  draft: SendInput,
): Promise<{ stored: StoredMessage; to: { member_count: number; members?: string[] } }> {
  const { store, people, limits } = ctx.services;
  const { user_uuid } = ctx.user;
  if (to.message_group_uuid !== undefined) {
    const membership = await requireMember(ctx, to.message_group_uuid);
    const stored = await store.sendMessage({ ...draft, membership });
    const { member_count } = membership;
    const members = member_count === 2 ? [user_uuid, membership.other.user_uuid] : undefined;
    return { stored, to: { member_count, members } };
  }
  if (to.handle === undefined) throw new AppError("user_receiver_handle_blank");
  await limits.consume("lookups", { user: user_uuid }, { address: ctx.address });
  const receiver = await people.findByHandle(to.handle);
  if (receiver === null) throw new AppError("user_not_found");
  if (receiver.uuid === user_uuid) throw new AppError("user_receiver_is_self");
  const { uuid, handle, display_name } = receiver;
  const stored = await store.sendToPerson({
    ...draft,
    receiver: { user_uuid: uuid, handle, display_name },
  });
  return { stored, to: { member_count: 2, members: [user_uuid, uuid] } };
}
