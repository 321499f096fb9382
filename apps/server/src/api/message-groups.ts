import {
  markReadInput,
  markReadOutput,
  messageGroupDetailSchema,
  messageGroupInput,
  messageGroupsListInput,
  messageGroupsListOutput,
} from "@cruddur/contract/message-groups";
import { inOneGo } from "./one-go.ts";
import { presentCursors, presentGroup } from "./present.ts";
import { memberOf, router, signedIn } from "./trpc.ts";

export const messageGroupsRouter = router({
  list: signedIn
    .input(inOneGo(messageGroupsListInput))
    .output(inOneGo(messageGroupsListOutput))
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
      const profiles = await people.profiles(page.items.map((row) => row.other.user_uuid));
      return {
        items: page.items.map((row) => presentGroup(row, profiles)),
        ...presentCursors(page, scope, cursors),
      };
    }),

  get: memberOf(messageGroupInput)
    .output(inOneGo(messageGroupDetailSchema))
    .query(async ({ ctx, input }) => {
      const { store, people } = ctx.services;
      const user_uuids = await store.listMemberUuids(input);
      const [rows, profiles] = await Promise.all([
        store.getMemberships({ ...input, user_uuids }),
        people.profiles([ctx.row.other.user_uuid, ...user_uuids, ctx.user.user_uuid]),
      ]);
      const ownReceipts = profiles.get(ctx.user.user_uuid)?.read_receipts ?? false;
      const members = rows.flatMap((row) => {
        const profile = profiles.get(row.user_uuid);
        if (profile === undefined) return [];
        const { uuid, handle, display_name, read_receipts } = profile;
        const shown = uuid === ctx.user.user_uuid || (ownReceipts && read_receipts);
        return [
          { uuid, handle, display_name, read_message_uuid: shown ? row.read_message_uuid : null },
        ];
      });
      return { ...presentGroup(ctx.row, profiles), members };
    }),

  markRead: memberOf(markReadInput)
    .output(inOneGo(markReadOutput))
    .mutation(async ({ ctx, input }) => {
      const { user_uuid } = ctx.user;
      const { message_group_uuid, message_uuid } = input;
      const { moved, ...state } = await ctx.services.store.markRead({
        user_uuid,
        message_group_uuid,
        message_uuid,
      });
      if (moved) {
        ctx.services.live.read({
          user_uuid,
          message_group_uuid,
          message_uuid: state.read_message_uuid,
          unread_count: state.unread_count,
        });
      }
      return state;
    }),
});
