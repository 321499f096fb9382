import { randomUUID } from "node:crypto";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Member, StoredMessage } from "@cruddur/ddb/types";
import { attempt, MAX_ATTEMPTS } from "./attempts.ts";
import { readWholeHistory } from "./check.ts";
import type { Draft, Stage } from "./stage.ts";

export async function writeToPerson(
  stage: Stage,
  from: number,
  to: number,
  text: string,
  attempts: number,
): Promise<void> {
  const sender = stage.person(from);
  const receiver = stage.person(from === to ? to + 1 : to);
  const message_group_uuid = derivePairGroupUuid(sender.user_uuid, receiver.user_uuid);
  const draft = { sender, receiver, text, message_group_uuid, client_id: randomUUID() };
  stage.drafts.push(draft);
  await send(stage, draft, attempts);
}

export async function sendToGroup(
  stage: Stage,
  sender: Member,
  message_group_uuid: string,
  text: string,
  attempts: number,
): Promise<void> {
  const draft = { sender, receiver: null, text, message_group_uuid, client_id: randomUUID() };
  if (stage.model.isMember(message_group_uuid, sender.user_uuid)) stage.drafts.push(draft);
  await send(stage, draft, attempts);
}

/** Sends a draft as often as its client would. Throws when the answer contradicts the model. */
export async function send(stage: Stage, draft: Draft, attempts: number): Promise<void> {
  const store = stage.serverOf(draft.sender);
  const message = await attempt(() => sendDraft(store, draft), Math.min(attempts, MAX_ATTEMPTS));
  if (message === "given up") {
    if (attempts >= MAX_ATTEMPTS) throw new Error("a send was never answered");
    return;
  }
  const { message_group_uuid, sender } = draft;
  const isMember = stage.model.isMember(message_group_uuid, sender.user_uuid);
  if (message === "not a member") {
    if (isMember && !stage.isChanging(message_group_uuid, sender)) {
      throw new Error("a member was refused");
    }
    return;
  }
  if (!draft.receiver && !isMember && !stage.isChanging(message_group_uuid, sender)) {
    throw new Error("a stranger's message was accepted");
  }
  acknowledge(stage, draft, message);
}

/** Drafts nobody waited for are either stored once or not at all. */
export async function settleGivenUp(stage: Stage): Promise<void> {
  const { observer } = stage.world;
  for (const draft of stage.drafts) {
    if (stage.model.isAcknowledged(draft.sender.user_uuid, draft.client_id)) continue;
    const stored = await readWholeHistory(observer, draft.message_group_uuid, 100);
    const copies = stored.filter(({ client_id }) => client_id === draft.client_id);
    if (copies.length > 1) throw new Error(`${draft.client_id} was stored twice`);
    for (const copy of copies) acknowledge(stage, draft, copy);
  }
}

function acknowledge(stage: Stage, draft: Draft, message: StoredMessage): void {
  const { sender, receiver, message_group_uuid, client_id, text } = draft;
  const right =
    message.message_group_uuid === message_group_uuid &&
    message.client_id === client_id &&
    message.user_uuid === sender.user_uuid &&
    message.message === text;
  if (!right) throw new Error(`the answer to ${client_id} is about another message`);
  if (receiver) stage.created(message_group_uuid, [sender, receiver]);
  stage.model.acknowledge(message);
}

/** What the API does for `messages.create`: the access check, then the send. */
async function sendDraft(
  store: MessagesStore,
  draft: Draft,
): Promise<StoredMessage | "not a member"> {
  const { sender, receiver, client_id, text: message, message_group_uuid } = draft;
  if (receiver) return store.sendToPerson({ sender, receiver, client_id, message });
  const { user_uuid } = sender;
  const membership = await store.getMembership({ user_uuid, message_group_uuid });
  if (membership === null) return "not a member";
  return store.sendMessage({ sender, client_id, message, membership });
}
