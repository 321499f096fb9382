import { AppError } from "@cruddur/contract/errors";
import type { Member } from "@cruddur/ddb/types";
import { readAllInboxPages, readAllMessagePages } from "../compare-table.ts";
import { type OperationContext, pick } from "./operation-context.ts";
import { retryUntilAnswered } from "./retry-unavailable.ts";

/** Throws unless the reader sees every message that was acknowledged before, exactly once. */
export async function readMessages(
  context: OperationContext,
  reader: Member,
  messageGroup: number,
  limit: number,
): Promise<void> {
  const message_group_uuid = pick(context.messageGroups, messageGroup);
  if (!message_group_uuid) return;
  const acknowledged = context.model.messages(message_group_uuid).map(({ uuid }) => uuid);
  const read = await retryUntilAnswered(() =>
    readAllMessagePages(context.serverOf(reader), message_group_uuid, limit),
  );
  const seen = new Set(read.map(({ uuid }) => uuid));
  if (seen.size !== read.length) throw new Error("A conversation shows a message twice.");
  const missing = acknowledged.filter((uuid) => !seen.has(uuid));
  if (missing.length > 0) {
    throw new Error(`A conversation lacks acknowledged messages: ${missing.join(", ")}.`);
  }
  await readMemberships(context, reader, message_group_uuid);
}

/** Throws unless exactly the members have a membership. */
async function readMemberships(
  context: OperationContext,
  reader: Member,
  message_group_uuid: string,
): Promise<void> {
  const { people } = context.environment;
  const user_uuids = people.map(({ user_uuid }) => user_uuid);
  const members = new Set(context.model.members(message_group_uuid));
  const memberships = await retryUntilAnswered(() =>
    context.serverOf(reader).getMemberships({ message_group_uuid, user_uuids }),
  );
  const found = new Set(memberships.map(({ user_uuid }) => user_uuid));
  if (found.size !== memberships.length) throw new Error("A membership was read twice.");
  const wrong = people.filter(
    (person) =>
      found.has(person.user_uuid) !== members.has(person.user_uuid) &&
      !context.isMembershipChanging(message_group_uuid, person),
  );
  if (wrong.length > 0) throw new Error("The memberships are not those of the members.");
}

/** Throws when the reader sees a message group that they never were a member of. */
export async function readInbox(
  context: OperationContext,
  reader: Member,
  limit: number,
): Promise<void> {
  const memberships = await retryUntilAnswered(() =>
    readAllInboxPages(context.serverOf(reader), reader.user_uuid, limit),
  );
  for (const { message_group_uuid } of memberships) {
    // The model does not know a message group yet while its creation is under way.
    const isKnown = context.model.hasMessageGroup(message_group_uuid);
    if (isKnown && !context.wasEverMember(message_group_uuid, reader)) {
      throw new Error(`${reader.handle} sees a message group of which they were never a member.`);
    }
  }
}

/** Throws when a read marker moves backwards, or when a member is refused. */
export async function markRead(
  context: OperationContext,
  reader: Member,
  messageGroup: number,
  message: number,
): Promise<void> {
  const message_group_uuid = pick(context.messageGroups, messageGroup);
  if (!message_group_uuid) return;
  const target = pick(context.model.messages(message_group_uuid), message);
  const { user_uuid } = reader;
  if (!target || !context.model.isMember(message_group_uuid, user_uuid)) return;
  const input = { user_uuid, message_group_uuid, message_uuid: target.uuid };
  const answer = await retryUntilAnswered(() =>
    context.serverOf(reader).markRead(input).catch(notAMemberOrThrow),
  );
  const isChanging = context.isMembershipChanging(message_group_uuid, reader);
  if (answer === "not a member") {
    if (isChanging) return;
    throw new Error("A member was not allowed to mark a message as read.");
  }
  if (answer.read_message_uuid < target.uuid) throw new Error("A read marker moved backwards.");
  if (isChanging) {
    // The mark came before the member left or after they rejoined; only the membership knows which.
    const { observer } = context.environment;
    const membership = await observer.getMembership({ message_group_uuid, user_uuid });
    if (!membership) return;
    context.model.setReadMarker(message_group_uuid, user_uuid, membership.read_message_uuid);
    return;
  }
  context.model.markRead(message_group_uuid, user_uuid, target.uuid);
}

function notAMemberOrThrow(error: unknown): "not a member" {
  if (error instanceof AppError && error.code === "not_a_member") return "not a member";
  throw error;
}
