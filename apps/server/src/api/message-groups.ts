import { AppError } from "@cruddur/contract/errors";
import {
  markReadInput,
  markReadOutput,
  messageGroupDetailSchema,
  messageGroupInput,
  messageGroupsAddInput,
  messageGroupsCreateInput,
  messageGroupsCreateOutput,
  messageGroupsLeaveInput,
  messageGroupsListInput,
  messageGroupsListOutput,
  messageGroupsMemberInput,
  messageGroupsRenameInput,
} from "@cruddur/contract/message-groups";
import { z } from "zod";
import { moveReadMarker } from "./read-marker.ts";
import { memberOf, readPage, router, signedIn } from "./trpc.ts";
import { peopleOfMessageGroup, toWireCursors, toWireMessageGroup } from "./wire-form.ts";
import { withSyncParsing } from "./with-sync-parsing.ts";

/** On the wire, at most: a preview has 256 bytes. */
const BYTES_OF_MESSAGE_GROUP = 1024;
const BYTES_OF_MEMBER = 300;

export const messageGroupsRouter = router({
  list: signedIn
    .input(withSyncParsing(messageGroupsListInput))
    .output(withSyncParsing(messageGroupsListOutput))
    .query(async ({ ctx, input }) => {
      const { store, people, cursors } = ctx.services;
      const { user_uuid } = ctx.user;
      const { folder, limit, unread } = input;
      const scope = { list: unread ? "unread" : "inbox", user_uuid, of: folder } as const;
      const position = input.cursor ? cursors.decode(scope, input.cursor) : undefined;
      const page = await readPage(
        ctx,
        () => store.listInbox({ user_uuid, folder, limit, unread, position }),
        ({ items }) => items.length * BYTES_OF_MESSAGE_GROUP,
      );
      const profiles = await people.profiles(page.items.flatMap(peopleOfMessageGroup));
      return {
        items: page.items.map((membership) => toWireMessageGroup(membership, profiles)),
        ...toWireCursors(page, scope, cursors),
      };
    }),

  get: memberOf(messageGroupInput)
    .output(withSyncParsing(messageGroupDetailSchema))
    .query(async ({ ctx, input }) => {
      const { store, people } = ctx.services;
      const user_uuids = await readPage(
        ctx,
        () => store.listMemberUuids(input),
        (uuids) => uuids.length * BYTES_OF_MEMBER,
      );
      const [memberships, profiles] = await Promise.all([
        store.getMemberships({ ...input, user_uuids }),
        people.profiles([
          ...peopleOfMessageGroup(ctx.membership),
          ...user_uuids,
          ctx.user.user_uuid,
        ]),
      ]);
      const showsReceipts = profiles.get(ctx.user.user_uuid)?.read_receipts ?? false;
      const members = memberships.flatMap(({ user_uuid, read_message_uuid }) => {
        const profile = profiles.get(user_uuid);
        if (profile === undefined) return [];
        const { uuid, handle, display_name, read_receipts } = profile;
        const ofPair = { role: "member" as const, joined_at: null };
        const visible = uuid === ctx.user.user_uuid || (showsReceipts && read_receipts);
        return [
          {
            uuid,
            handle,
            display_name,
            ...ofPair,
            read_message_uuid: visible ? read_message_uuid : null,
          },
        ];
      });
      return { ...toWireMessageGroup(ctx.membership, profiles), members };
    }),

  markRead: memberOf(markReadInput)
    .output(withSyncParsing(markReadOutput))
    .mutation(({ ctx, input }) => moveReadMarker(ctx, input)),

  create: signedIn
    .input(withSyncParsing(messageGroupsCreateInput))
    .output(withSyncParsing(messageGroupsCreateOutput))
    .mutation(notYet),
  rename: memberOf(messageGroupsRenameInput).output(z.null()).mutation(notYet),
  add: memberOf(messageGroupsAddInput).output(z.null()).mutation(notYet),
  remove: memberOf(messageGroupsMemberInput).output(z.null()).mutation(notYet),
  leave: memberOf(messageGroupsLeaveInput).output(z.null()).mutation(notYet),
  makeOwner: memberOf(messageGroupsMemberInput).output(z.null()).mutation(notYet),
});

function notYet(): never {
  throw new AppError("unavailable");
}
