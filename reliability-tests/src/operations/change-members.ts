import { randomUUID } from "node:crypto";
import type { Member } from "@cruddur/ddb/types";
import { type OperationContext, pick } from "./operation-context.ts";
import { retryUntilAnswered } from "./retry-unavailable.ts";

/** The first member creates the message group. */
export async function createMessageGroup(
  context: OperationContext,
  members: Member[],
): Promise<void> {
  const message_group_uuid = randomUUID();
  const [creator] = members;
  if (!creator) return;
  const store = context.serverOf(creator);
  await retryUntilAnswered(() =>
    store.createMessageGroup({ client_id: randomUUID(), message_group_uuid, members }),
  );
  context.addMessageGroup(message_group_uuid, members);
}

/** Adds, removes, or removes and adds a member. Does nothing where the change would be invalid. */
export async function changeMembers(
  context: OperationContext,
  type: "add_member" | "remove_member" | "rejoin",
  member: Member,
  messageGroup: number,
): Promise<void> {
  const message_group_uuid = pick(context.messageGroups, messageGroup);
  if (!message_group_uuid || context.pairs.has(message_group_uuid)) return;
  if (context.isMembershipChanging(message_group_uuid, member)) return;
  const { user_uuid } = member;
  // Two members always remain, so that no message group becomes empty.
  const remaining = context.model.members(message_group_uuid).length - context.changeCount;
  if (type !== "add_member" && remaining < 3) return;
  context.startMembershipChange(message_group_uuid, member);
  const store = context.serverOf(member);
  const [op_id, add_id] = [randomUUID(), randomUUID()];
  const stays = context.environment.people.find(
    (person) => person !== member && context.model.isMember(message_group_uuid, person.user_uuid),
  );
  const actor = stays ?? member;
  if (type !== "add_member") {
    await retryUntilAnswered(() => store.leaveGroup({ message_group_uuid, actor: member, op_id }));
    context.model.removeMember(message_group_uuid, user_uuid);
  }
  if (type === "remove_member") return;
  await retryUntilAnswered(() =>
    store.addMembers({ message_group_uuid, actor, op_id: add_id, user_uuids: [user_uuid] }),
  );
  const { observer } = context.environment;
  const membership = await observer.getMembership({ message_group_uuid, user_uuid });
  if (!membership) throw new Error("An added member has no membership.");
  context.model.addMember(message_group_uuid, user_uuid, membership.read_message_uuid);
}
