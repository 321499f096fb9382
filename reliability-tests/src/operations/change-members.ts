import { randomUUID } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import type { StoredMessage } from "@cruddur/ddb/types";
import type { Operation } from "../operation-history.ts";
import { type GroupChange, type OperationContext, pick } from "./operation-context.ts";
import { retryUntilAnswered } from "./retry-unavailable.ts";

/** The first person makes the group. */
export async function createMessageGroup(
  context: OperationContext,
  people: readonly number[],
): Promise<void> {
  const members = people.map((index) => context.person(index));
  const [creator] = members;
  if (!creator) return;
  const store = context.serverOf(creator);
  const input = { message_group_uuid: randomUUID(), members, client_id: randomUUID() };
  const message = await retryUntilAnswered(() => store.createMessageGroup(input));
  context.addGroup(message.message_group_uuid, members);
  record(context, message);
}

/** One change of a group by one person, of whom the model knows whether they may make it. */
export async function changeGroup(
  context: OperationContext,
  operation: Extract<Operation, { type: GroupChange["type"] }>,
): Promise<void> {
  const message_group_uuid = pick(context.messageGroups, operation.messageGroup);
  if (message_group_uuid === undefined) return;
  const change: GroupChange = {
    ...{ type: operation.type, message_group_uuid, op_id: randomUUID() },
    actor: context.person(operation.actor),
    subject: context.person("person" in operation ? operation.person : operation.actor),
    shareHistory: "shareHistory" in operation && operation.shareHistory,
    name: "name" in operation ? operation.name : null,
  };
  context.groupChanges.push(change);
  await sendGroupChange(context, change);
}

/** A member leaves, and another one adds them again at once. */
export async function rejoin(
  context: OperationContext,
  actor: number,
  messageGroup: number,
): Promise<void> {
  await changeGroup(context, { type: "leave", actor, messageGroup });
  const person = actor;
  for (let index = actor + 1; index < actor + context.environment.people.length; index += 1) {
    const group = pick(context.messageGroups, messageGroup);
    if (group === undefined || !context.model.isMember(group, context.person(index).user_uuid))
      continue;
    const operation = { person, messageGroup, shareHistory: false, actor: index };
    return changeGroup(context, { type: "add_member", ...operation });
  }
}

/** Sends a change until it is answered. Throws when the answer contradicts the model. */
export async function sendGroupChange(
  context: OperationContext,
  change: GroupChange,
): Promise<void> {
  const { type, actor, subject, message_group_uuid, op_id } = change;
  const { model } = context;
  const isRepeated = model.isAcknowledged(actor.user_uuid, op_id);
  const known = model.messages(message_group_uuid).at(-1)?.uuid ?? "";
  const shared = model.hiddenUpTo(message_group_uuid, actor.user_uuid);
  const refusal = isRepeated ? null : refusalOf(context, change);
  model.filings.beginSend(actor.user_uuid, op_id);
  const isAlone = context.startGroupChange(message_group_uuid, type === "leave" ? actor : subject);
  const answer = await retryUntilAnswered(() => callStore(context, change).catch(toCode));
  if (isAlone() && (typeof answer === "string" ? answer : null) !== refusal) {
    throw new Error(`The answer to ${type} is ${JSON.stringify(answer)}, not ${refusal}.`);
  }
  if (typeof answer === "string" || answer.message === null) return;
  record(context, answer.message);
  if (type !== "add_member" || isRepeated) return;
  const { uuid: joined } = answer.message;
  const upTo = change.shareHistory ? shared : known;
  model.hideHistory(message_group_uuid, subject.user_uuid, { joined, upTo });
}

function record({ model }: OperationContext, message: StoredMessage): void {
  model.acknowledge({ ...message, system: message });
}

/** How a change must be refused, by what the model knows before it. */
function refusalOf({ model }: OperationContext, change: GroupChange): string | null {
  const { type, message_group_uuid, actor, subject } = change;
  if (!model.isMember(message_group_uuid, actor.user_uuid)) return "not_a_member";
  const state = model.groupState(message_group_uuid);
  if (state === null) return "not_a_group";
  if (type !== "remove_member" && type !== "make_owner") return null;
  if (state.owner !== actor.user_uuid) return "not_the_owner";
  if (subject === actor) return type === "remove_member" ? "invalid_input" : null;
  const isGone = type === "make_owner" && !state.members.has(subject.user_uuid);
  return isGone ? "user_not_in_group" : null;
}

function callStore(context: OperationContext, change: GroupChange) {
  const { type, actor, subject, message_group_uuid, op_id, name } = change;
  const { user_uuid } = subject;
  const store = context.serverOf(actor);
  const input = { message_group_uuid, actor, op_id };
  switch (type) {
    case "rename":
      return store.renameGroup({ ...input, name });
    case "add_member": {
      const share_history = change.shareHistory;
      return store.addMembers({ ...input, user_uuids: [user_uuid], share_history });
    }
    case "remove_member":
      return store.removeMember({ ...input, user_uuid });
    case "leave":
      return store.leaveGroup(input);
    case "make_owner":
      return store.makeOwner({ ...input, user_uuid });
  }
}

function toCode(error: unknown): string {
  if (error instanceof AppError && error.code !== "unavailable") return error.code;
  throw error;
}
