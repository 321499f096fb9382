import { AppError } from "@cruddur/contract/errors";
import type { Member } from "@cruddur/ddb/types";
import { readAllFolders, readAllMessagePages } from "../compare-table.ts";
import type { ModelMessage } from "../model.ts";
import { type OperationContext, pick } from "./operation-context.ts";
import { retryUntilAnswered } from "./retry-unavailable.ts";

/**
 * Throws unless a member sees every message that was acknowledged before, exactly once, and nothing
 * from before they joined.
 */
export async function readMessages(
  context: OperationContext,
  reader: Member,
  messageGroup: number,
  limit: number,
): Promise<void> {
  const message_group_uuid = pick(context.messageGroups, messageGroup);
  if (!message_group_uuid) return;
  const { model } = context;
  const { user_uuid } = reader;
  const acknowledged = model.messages(message_group_uuid).map(({ uuid }) => uuid);
  const hiddenUpTo = model.hiddenUpTo(message_group_uuid, user_uuid);
  const store = context.serverOf(reader);
  const membership = await retryUntilAnswered(() =>
    store.getMembership({ message_group_uuid, user_uuid }),
  );
  await readMemberships(context, reader, message_group_uuid);
  if (membership === null || context.isMembershipChanging(message_group_uuid, reader)) return;
  const joined_after = membership.group?.joined_after ?? null;
  const read = await retryUntilAnswered(() =>
    readAllMessagePages(store, message_group_uuid, limit, joined_after),
  );
  const seen = new Set(read.map(({ uuid }) => uuid));
  if (seen.size !== read.length) throw new Error("A conversation shows a message twice.");
  if (read.some(({ uuid }) => uuid <= hiddenUpTo)) {
    throw new Error("A member sees a message from before they joined.");
  }
  const missing = acknowledged.filter((uuid) => uuid > (joined_after ?? "") && !seen.has(uuid));
  if (missing.length > 0) {
    throw new Error(`A conversation lacks acknowledged messages: ${missing.join(", ")}.`);
  }
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
    readAllFolders(context.serverOf(reader), reader.user_uuid, limit),
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
  if (!target || !context.model.isMember(message_group_uuid, reader.user_uuid)) return;
  await markReadUpTo(context, reader, target);
}

export async function markReadUpTo(
  context: OperationContext,
  reader: Member,
  target: Pick<ModelMessage, "uuid" | "message_group_uuid">,
): Promise<void> {
  const { message_group_uuid } = target;
  const { user_uuid } = reader;
  const touch = context.touch({ user_uuid, message_group_uuid });
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
  touch.expect({ ...touch.before, marked_unread: false });
}

function notAMemberOrThrow(error: unknown): "not a member" {
  if (error instanceof AppError && error.code === "not_a_member") return "not a member";
  throw error;
}
