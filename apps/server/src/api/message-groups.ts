import {
  markReadInput,
  markReadOutput,
  messageGroupDetailSchema,
  messageGroupInput,
  messageGroupsListInput,
  messageGroupsListOutput,
} from "@cruddur/contract/message-groups";
import { presentCursors, presentMessageGroup } from "./present.ts";
import { memberOf, router, signedIn } from "./trpc.ts";
import { withSyncParsing } from "./with-sync-parsing.ts";

export const messageGroupsRouter = router({
  list: signedIn
    .input(withSyncParsing(messageGroupsListInput))
    .output(withSyncParsing(messageGroupsListOutput))
    .query(async ({ ctx, input }) => {
      const { store, people, cursors } = ctx.services;
      const { user_uuid } = ctx.user;
      const scope = { list: input.unread ? "unread" : "inbox", user_uuid } as const;
      const page = await store.listInbox({
        user_uuid,
        limit: input.limit,
        unread: input.unread,
        position: input.cursor ? cursors.decode(scope, input.cursor) : undefined,
      });
      const profiles = await people.profiles(page.items.map(({ other }) => other.user_uuid));
      return {
        items: page.items.map((membership) => presentMessageGroup(membership, profiles)),
        ...presentCursors(page, scope, cursors),
      };
    }),

  get: memberOf(messageGroupInput)
    .output(withSyncParsing(messageGroupDetailSchema))
    .query(async ({ ctx, input }) => {
      const { store, people } = ctx.services;
      const user_uuids = await store.listMemberUuids(input);
      const [memberships, profiles] = await Promise.all([
        store.getMemberships({ ...input, user_uuids }),
        people.profiles([ctx.membership.other.user_uuid, ...user_uuids, ctx.user.user_uuid]),
      ]);
      const showsReceipts = profiles.get(ctx.user.user_uuid)?.read_receipts ?? false;
      const members = memberships.flatMap(({ user_uuid, read_message_uuid }) => {
        const profile = profiles.get(user_uuid);
        if (profile === undefined) return [];
        const { uuid, handle, display_name, read_receipts } = profile;
        const visible = uuid === ctx.user.user_uuid || (showsReceipts && read_receipts);
        return [
          { uuid, handle, display_name, read_message_uuid: visible ? read_message_uuid : null },
        ];
      });
      return { ...presentMessageGroup(ctx.membership, profiles), members };
    }),

  markRead: memberOf(markReadInput)
    .output(withSyncParsing(markReadOutput))
    .mutation(async ({ ctx, input }) => {
      const { user_uuid } = ctx.user;
      const { message_group_uuid } = input;
      const { moved, ...state } = await ctx.services.store.markRead({ user_uuid, ...input });
      if (moved) {
        const { read_message_uuid: message_uuid, unread_count } = state;
        const ids = { user_uuid, message_group_uuid, message_uuid };
        ctx.services.live.publish({ type: "read", ...ids, unread_count });
      }
      return state;
    }),
});
