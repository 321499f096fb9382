import { AppError } from "@cruddur/contract/errors";
import { PAGE_MAX_ITEMS, REPORT_EVIDENCE_MESSAGES } from "@cruddur/contract/limits";
import { usersReportInput } from "@cruddur/contract/users";
import type { StoredMessage } from "@cruddur/ddb/types";
import { z } from "zod";
import {
  readPage,
  requireMember,
  requireReadable,
  type SignedInContext,
  signedIn,
} from "./trpc.ts";

/** `users.report`: behind the identity guard, and the membership guard where it names a conversation. */
export const report = signedIn
  .input(usersReportInput)
  .output(z.null())
  .mutation(async ({ ctx, input }) => {
    const { people, limits, reports } = ctx.services;
    const reporter_uuid = ctx.user.user_uuid;
    await limits.consume("userReports", { user: reporter_uuid });
    const user_uuid = input.user_uuid.toLowerCase();
    if (user_uuid === reporter_uuid) throw new AppError("invalid_input");
    const profile = (await people.profiles([user_uuid])).get(user_uuid);
    if (!profile?.handle) throw new AppError("user_not_found");
    const { message_group_uuid = null, message_uuid = null, reason } = input;
    await reports.create({
      ...{ reporter_uuid, user_uuid, message_group_uuid, message_uuid, reason },
      evidence: (await readEvidence(ctx, input)).map(({ uuid, created_at, message }) => ({
        ...{ uuid, created_at, message },
      })),
    });
    return null;
  });

/**
 * What the person wrote last in the conversation, and the message that the report names: only what the
 * reporter can read, and nothing that others wrote. Throws `not_a_member`, `message_before_joined`,
 * `message_not_found` also for a message of somebody else.
 */
async function readEvidence(
  ctx: SignedInContext,
  { user_uuid, message_group_uuid, message_uuid }: z.infer<typeof usersReportInput>,
): Promise<StoredMessage[]> {
  if (message_group_uuid === undefined) return [];
  const { store } = ctx.services;
  const membership = await requireMember(ctx, message_group_uuid);
  requireReadable(membership, { message_uuid });
  const range = {
    message_group_uuid,
    joined_after: membership.group?.joined_after ?? null,
    limit: PAGE_MAX_ITEMS,
  };
  const [page, named] = await Promise.all([
    readPage(
      ctx,
      () => store.listMessages(range),
      ({ items }) => items.reduce((sum, { message }) => sum + message.length * 2, 0),
    ),
    message_uuid === undefined ? null : store.getMessage({ message_group_uuid, message_uuid }),
  ]);
  const isTheirs = (message: StoredMessage) =>
    message.user_uuid === user_uuid.toLowerCase() && message.system_kind === undefined;
  if (message_uuid !== undefined && (named === null || !isTheirs(named))) {
    throw new AppError("message_not_found");
  }
  const last = page.items
    .filter((each) => isTheirs(each) && each.deleted_at === undefined && each.uuid !== named?.uuid)
    .slice(-REPORT_EVIDENCE_MESSAGES);
  return (named === null ? last : [...last, named]).sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
}
