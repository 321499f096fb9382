import { randomUUID } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Member, StoredMessage } from "@cruddur/ddb/types";
import { readAllMessagePages } from "../compare-table.ts";
import type { Operation } from "../operation-history.ts";
import type { Draft, OperationContext } from "./operation-context.ts";
import { beginSend, REFUSALS, type SendRefusal } from "./pair-sends.ts";
import { MAX_ATTEMPTS, retryUnavailable } from "./retry-unavailable.ts";

/** Sends a message from one person to another, and so creates their message group if needed. */
export async function sendToPerson(
  context: OperationContext,
  operation: Extract<Operation, { type: "send_to_person" }>,
): Promise<void> {
  const { from, to, text, firstMessage, attempts } = operation;
  const sender = context.person(from);
  const receiver = context.person(from === to ? to + 1 : to);
  const message_group_uuid = derivePairGroupUuid(sender.user_uuid, receiver.user_uuid);
  const ids = { message_group_uuid, client_id: randomUUID() };
  const draft = { sender, receiver, text, firstMessage, ...ids, mentions: [], wasSent: false };
  context.drafts.push(draft);
  await sendDraft(context, draft, attempts);
}

/** Sends a message to a message group, of which the sender may or may not be a member. */
export async function sendToMessageGroup(
  context: OperationContext,
  sender: Member,
  message_group_uuid: string,
  text: string,
  attempts: number,
): Promise<void> {
  // Whom a short text mentions may or may not be a member.
  const { user_uuid } = context.person(context.environment.people.indexOf(sender) + 1);
  const isGroup = context.model.groupState(message_group_uuid) !== null;
  const draft: Draft = {
    ...{ sender, receiver: null, text, message_group_uuid },
    client_id: randomUUID(),
    mentions: isGroup && text.length < 10 ? [user_uuid] : [],
    ...{ firstMessage: "accepted", wasSent: false },
  };
  if (context.model.isMember(message_group_uuid, sender.user_uuid)) context.drafts.push(draft);
  await sendDraft(context, draft, attempts);
}

/** Sends a draft, at most `attempts` times. Throws when the answer contradicts the model. */
export async function sendDraft(
  context: OperationContext,
  draft: Draft,
  attempts: number,
): Promise<void> {
  const { message_group_uuid, sender } = draft;
  const store = context.serverOf(sender);
  const pair = beginSend(context, draft);
  const message = await retryUnavailable(
    () => callStore(store, draft).catch(toRefusal),
    Math.min(attempts, MAX_ATTEMPTS),
  );
  if (message === "given up") {
    if (attempts >= MAX_ATTEMPTS) throw new Error("A send was never answered.");
    return;
  }
  pair?.check(message);
  const isMember = context.model.isMember(message_group_uuid, sender.user_uuid);
  const isChanging = context.isMembershipChanging(message_group_uuid, sender);
  if (message === "not_a_member") {
    if (isMember && !isChanging) throw new Error("A member was refused.");
    return;
  }
  if (typeof message === "string") {
    if (pair === null) throw new Error(`A message to a group was refused: ${message}.`);
    return;
  }
  if (!draft.receiver && !isMember && !isChanging) {
    throw new Error("A message of a person who is not a member was accepted.");
  }
  acknowledge(context, draft, message);
}

/** Enters drafts that their client gave up in the model if the table holds them. Throws on copies. */
export async function settleGivenUpDrafts(context: OperationContext): Promise<void> {
  const { observer } = context.environment;
  for (const draft of context.drafts) {
    if (context.model.isAcknowledged(draft.sender.user_uuid, draft.client_id)) continue;
    const stored = await readAllMessagePages(observer, draft.message_group_uuid, 100);
    const copies = stored.filter(({ client_id }) => client_id === draft.client_id);
    if (copies.length > 1) throw new Error(`The draft ${draft.client_id} was stored twice.`);
    for (const copy of copies) acknowledge(context, draft, copy);
  }
}

function acknowledge(context: OperationContext, draft: Draft, message: StoredMessage): void {
  const { sender, receiver, message_group_uuid, client_id, text } = draft;
  const isExpected =
    message.message_group_uuid === message_group_uuid &&
    message.client_id === client_id &&
    message.user_uuid === sender.user_uuid &&
    (message.message === text || message.revision !== undefined);
  if (!isExpected) throw new Error(`The answer to the draft ${client_id} is another message.`);
  if (receiver) context.addPair(message_group_uuid, [sender, receiver]);
  context.model.acknowledge({ ...message, message: text, system: undefined });
  if (message.revision !== undefined) context.model.recordState(message);
}

/** Does what the API does for `messages.create`: it checks the membership while it claims a place. */
async function callStore(store: MessagesStore, draft: Draft): Promise<StoredMessage> {
  const { sender, receiver, client_id, text: message, message_group_uuid, mentions } = draft;
  const { firstMessage } = draft;
  if (receiver) return store.sendToPerson({ sender, receiver, client_id, message, firstMessage });
  const { user_uuid } = sender;
  const id = { user_uuid, message_group_uuid };
  const permission = store.getMembership(id).then((membership) => {
    if (membership === null) throw new AppError("not_a_member");
    return { membership, mentions };
  });
  return store.sendMessage({ sender, client_id, message, message_group_uuid, permission });
}

function toRefusal(error: unknown): SendRefusal {
  const code = error instanceof AppError ? error.code : null;
  const refusal = REFUSALS.find((each) => each === code);
  if (refusal !== undefined) return refusal;
  throw error;
}
