import { randomUUID } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import type { Role, StoredMessage } from "@cruddur/ddb/types";
import type { Operation } from "../operation-history.ts";
import { type Change, type OperationContext, pick } from "./operation-context.ts";
import { retryUntilAnswered } from "./retry-unavailable.ts";

const EMOJI = ["👍", "❤️", "🎉"];

/** Changes a message of any sender. Does nothing for a person who is not a member. */
export async function changeMessage(
  context: OperationContext,
  operation: Extract<Operation, { type: "edit" | "delete" | "react" | "unreact" }>,
): Promise<void> {
  const message_group_uuid = pick(context.messageGroups, operation.messageGroup);
  const person = context.person(operation.person);
  if (message_group_uuid === undefined) return;
  if (!context.model.isMember(message_group_uuid, person.user_uuid)) return;
  const message = pick(context.model.messages(message_group_uuid), operation.message);
  if (!message) return;
  const change: Change = {
    type: operation.type,
    person,
    message,
    op_id: randomUUID(),
    // Unique, so that a text that a deleted message once had can be searched for in the table.
    text: operation.type === "edit" ? `${randomUUID()} ${operation.text}` : "",
    emoji: "emoji" in operation ? (pick(EMOJI, operation.emoji) ?? "") : "",
  };
  context.changes.push(change);
  await sendChange(context, change);
}

/** Sends a change until it is answered. Throws when the answer contradicts the model. */
export async function sendChange(context: OperationContext, change: Change): Promise<void> {
  const { type, message, person, op_id, text } = change;
  if (type === "edit") context.model.addEditText(op_id, text);
  // As the server's guard reads it before it deletes; nobody else's rights matter to an edit.
  const role = type === "delete" ? await readRole(context, change) : "member";
  const answer = await retryUntilAnswered(() => callStore(context, change, role).catch(toRefusal));
  if (message.system !== undefined || answer === "message_not_changeable") {
    if (message.system !== undefined && answer === "message_not_changeable") return;
    throw new Error("A system message was changed, or another one was refused.");
  }
  const isOwn = message.user_uuid === person.user_uuid || role === "owner";
  if (type === "edit" || type === "delete") {
    if (isOwn === (answer === "not_the_sender")) {
      throw new Error(
        "A change was allowed to another person than the sender, or not to the sender.",
      );
    }
    if (!isOwn) return;
  }
  if (answer === "message_deleted") {
    if ((await readMessage(context, change)).deleted_at === undefined) {
      throw new Error("A change of a message that is not deleted was refused.");
    }
    return;
  }
  if (typeof answer === "string") throw new Error(`A change was refused: ${answer}.`);
  if (type === "edit") {
    if (answer.edit_op_ids?.filter((id) => id === op_id).length !== 1) {
      throw new Error("An edit was not made exactly once.");
    }
  }
  if (type === "delete" && answer.deleted_at === undefined) {
    throw new Error("A message was not deleted.");
  }
  context.model.recordState(answer);
}

async function readMessage(
  { environment }: OperationContext,
  { message: { message_group_uuid, uuid } }: Change,
): Promise<StoredMessage> {
  const id = { message_group_uuid, message_uuid: uuid };
  const stored = await environment.observer.getMessage(id);
  if (stored === null) throw new Error("A message has disappeared.");
  return stored;
}

async function readRole(context: OperationContext, { message, person }: Change): Promise<Role> {
  const { message_group_uuid } = message;
  const id = { message_group_uuid, user_uuid: person.user_uuid };
  const membership = await retryUntilAnswered(() => context.serverOf(person).getMembership(id));
  return membership?.group?.role ?? "member";
}

function callStore(context: OperationContext, change: Change, role: Role): Promise<StoredMessage> {
  const { type, person, op_id, text, emoji } = change;
  const { message_group_uuid, uuid: message_uuid } = change.message;
  const { user_uuid } = person;
  const store = context.serverOf(person);
  const input = { message_group_uuid, message_uuid, user_uuid, op_id };
  switch (type) {
    case "edit":
      return store.editMessage({ ...input, message: text });
    case "delete":
      return store.deleteMessage({ ...input, role });
    case "react":
      return store.addReaction({ ...input, emoji });
    case "unreact":
      return store.removeReaction({ ...input, emoji });
  }
}

const REFUSALS = ["not_the_sender", "message_deleted", "message_not_changeable"] as const;

function toRefusal(error: unknown): (typeof REFUSALS)[number] {
  const code = error instanceof AppError ? error.code : null;
  const refusal = REFUSALS.find((each) => each === code);
  if (refusal !== undefined) return refusal;
  throw error;
}
