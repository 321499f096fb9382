import { PAGE_MAX_ITEMS } from "@cruddur/contract/limits";
import {
  markReadInput,
  markReadOutput,
  messageGroupDetailSchema,
  messageGroupInput,
  messageGroupsListInput,
  messageGroupsListOutput,
} from "@cruddur/contract/message-groups";
import type { Membership } from "@cruddur/ddb/types";
import { areApart } from "./are-apart.ts";
import { filingProcedures, isOpen } from "./filing.ts";
import { groupChanges } from "./group-changes.ts";
import { moveReadMarker } from "./read-marker.ts";
import { memberOf, readerOf, readPage, router, type SignedInContext, signedIn } from "./trpc.ts";
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
      const read = async () => {
        const [pinned, page] = await Promise.all([
          folder === "inbox" && position === undefined
            ? store.listInbox({ user_uuid, folder: "pinned", limit: PAGE_MAX_ITEMS, unread })
            : null,
          store.listInbox({ user_uuid, folder, limit, unread, position }),
        ]);
        return { ...page, items: [...(pinned?.items ?? []), ...page.items] };
      };
      const page = await readPage(ctx, read, ({ items }) => items.length * BYTES_OF_MESSAGE_GROUP);
      const profiles = await people.profiles(page.items.flatMap(peopleOfMessageGroup));
      return {
        items: page.items.map((membership) => toWireMessageGroup(membership, profiles)),
        ...toWireCursors(page, scope, cursors),
      };
    }),

  get: readerOf(messageGroupInput)
    .output(withSyncParsing(messageGroupDetailSchema))
    .query(async ({ ctx, input }) => {
      const { store, people } = ctx.services;
      const user_uuids = await readPage(
        ctx,
        () => listMembers(ctx, input),
        (uuids) => uuids.length * BYTES_OF_MEMBER,
      );
      const [own, memberships] = await Promise.all([
        ctx.membership,
        store.getMemberships({ ...input, user_uuids }),
      ]);
      const profiles = await people.profiles([
        ...peopleOfMessageGroup(own),
        ...user_uuids,
        ctx.user.user_uuid,
      ]);
      const showsReceipts = profiles.get(ctx.user.user_uuid)?.read_receipts ?? false;
      const members = inOrderOfJoining(memberships).flatMap((membership) => {
        const { user_uuid, read_message_uuid, group } = membership;
        const profile = profiles.get(user_uuid);
        if (profile === undefined) return [];
        const { uuid, handle, display_name, read_receipts } = profile;
        const visible =
          uuid === ctx.user.user_uuid ||
          (isOpen(own) &&
            isOpen(membership) &&
            !areApart(own, membership) &&
            showsReceipts &&
            read_receipts);
        return [
          {
            uuid,
            handle,
            display_name,
            role: group?.role ?? "member",
            joined_at: group?.joined_at ?? null,
            read_message_uuid: visible ? read_message_uuid : null,
          },
        ];
      });
      return { ...toWireMessageGroup(own, profiles), members };
    }),

  markRead: memberOf(markReadInput)
    .output(withSyncParsing(markReadOutput))
    .mutation(({ ctx, input }) => moveReadMarker(ctx, input)),

  ...filingProcedures,
  ...groupChanges,
});

function inOrderOfJoining(memberships: readonly Membership[]): Membership[] {
  const keyOf = ({ group, user_uuid }: Membership) => `${group?.joined_at} ${user_uuid}`;
  return memberships.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The uuids of the members; of a pair that is known, without a read and before the guard decides. */
async function listMembers(
  { services, user, membership }: SignedInContext & { membership: Promise<Membership> },
  input: { message_group_uuid: string },
): Promise<string[]> {
  const { user_uuid } = user;
  const other = services.pairs.otherOf({ ...input, user_uuid });
  if (other !== undefined) return [user_uuid, other];
  const [user_uuids] = await Promise.all([services.store.listMemberUuids(input), membership]);
  return user_uuids;
}
