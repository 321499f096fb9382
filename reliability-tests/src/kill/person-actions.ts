import { createClientId } from "@cruddur/contract/ids";
import { MUTED_FOR_GOOD } from "@cruddur/contract/limits";
import type { Message } from "@cruddur/contract/messages";
import { TRPCClientError } from "@trpc/client";
import type { Model } from "../model.ts";
import type { ApiClient } from "./api-client.ts";

/** A group whose owner removes one of its members and adds them again, over and over. */
export interface ChangingGroup {
  message_group_uuid: string;
  owner: string;
  /** Neither sends to the group nor changes their view of it, so that no answer depends on timing. */
  comesAndGoes: ApiClient;
}

export interface ActionContext {
  client: ApiClient;
  model: Model;
  changingGroup: ChangingGroup;
  /** Repeats a call until it is answered. */
  untilAcknowledged: <T>(call: () => Promise<T>) => Promise<T>;
  /** From 0 (included) to 1 (excluded). */
  random: () => number;
}

/** The conversations in which a person does anything. */
export function ownGroups({ client, model, changingGroup }: ActionContext): string[] {
  const { message_group_uuid, comesAndGoes } = changingGroup;
  return model
    .messageGroupUuids()
    .filter((uuid) => model.isMember(uuid, client.user_uuid))
    .filter((uuid) => client !== comesAndGoes || uuid !== message_group_uuid);
}

/** Does one of the things that people do besides sending, and records what it came to in the model. */
export async function actOnce(context: ActionContext, message_group_uuid: string): Promise<void> {
  const { client, changingGroup, random } = context;
  if (changingGroup.owner === client.user_uuid && random() < 0.3) {
    return changeGroup(context, changingGroup);
  }
  const actions = [editOrDelete, editOrDelete, react, hide, file, file];
  return actions[Math.floor(random() * actions.length)]?.(context, message_group_uuid);
}

/** Edits or deletes the newest of one's own messages: nobody else changes it at the same time. */
async function editOrDelete(
  { client, model, untilAcknowledged, random }: ActionContext,
  message_group_uuid: string,
): Promise<void> {
  const own = model
    .messages(message_group_uuid)
    .findLast(({ user_uuid, system }) => user_uuid === client.user_uuid && !system);
  if (own === undefined || own.message === "") return;
  const op = { message_group_uuid, message_uuid: own.uuid, op_id: createClientId() };
  const edits = model.changedMessage(own.uuid)?.edit_op_ids ?? [];
  const isDelete = random() < 0.4;
  const message = `${own.message.slice(0, 20)}, edited ${op.op_id}`;
  if (!isDelete) model.addEditText(op.op_id, message);
  const changed = await untilAcknowledged(() =>
    isDelete
      ? client.api.messages.delete.mutate(op)
      : client.api.messages.edit.mutate({ ...op, message }),
  );
  model.recordState({
    ...{ uuid: changed.uuid, message: changed.message, revision: changed.revision },
    ...(changed.deleted_at !== null && { deleted_at: changed.deleted_at }),
    edit_op_ids: isDelete ? edits : [...edits, op.op_id],
  });
}

/** Reacts to the newest message, which its sender may be deleting. */
async function react(
  { client, model, untilAcknowledged }: ActionContext,
  message_group_uuid: string,
): Promise<void> {
  const newest = model.messages(message_group_uuid).findLast(({ system }) => !system);
  if (newest === undefined) return;
  const op = { message_group_uuid, message_uuid: newest.uuid, op_id: createClientId() };
  await untilAcknowledged(() => client.api.messages.react.mutate({ ...op, emoji: "👍" })).catch(
    (error: unknown) => {
      const isDeleted =
        error instanceof TRPCClientError && error.data?.app_code === "message_deleted";
      if (!isDeleted) throw error;
    },
  );
}

async function hide(
  { client, model, untilAcknowledged }: ActionContext,
  message_group_uuid: string,
): Promise<void> {
  const { user_uuid, api } = client;
  const id = { user_uuid, message_group_uuid };
  const newest = model
    .messages(message_group_uuid)
    .findLast((message) => message.user_uuid !== user_uuid && !message.system);
  if (newest === undefined) return;
  const input = { message_group_uuid, message_uuid: newest.uuid };
  await untilAcknowledged(() => api.messages.hide.mutate(input));
  model.filings.hide(id, newest.uuid);
  model.markRead(message_group_uuid, user_uuid, newest.uuid);
  model.filings.adopt(id, { ...model.filings.of(id), marked_unread: false });
}

/** Moves a conversation about. One that is archived comes back at once, since others may be writing. */
async function file(
  { client, model, untilAcknowledged, random }: ActionContext,
  message_group_uuid: string,
): Promise<void> {
  const { user_uuid } = client;
  const { messageGroups } = client.api;
  const input = { message_group_uuid };
  const id = { user_uuid, message_group_uuid };
  const before = model.filings.of(id);
  const choice = Math.floor(random() * 5);
  if (choice === 0) {
    await untilAcknowledged(() => messageGroups.archive.mutate(input));
    await untilAcknowledged(() => messageGroups.unarchive.mutate(input));
    model.filings.adopt(id, { ...before, folder: "inbox" });
  } else if (choice === 1) {
    await untilAcknowledged(() => messageGroups.pin.mutate(input));
    model.filings.adopt(id, { ...before, folder: "pinned" });
  } else if (choice === 2) {
    await untilAcknowledged(() => messageGroups.unpin.mutate(input));
    model.filings.adopt(id, { ...before, folder: "inbox" });
  } else if (choice === 3) {
    const until = before.muted_until === null ? MUTED_FOR_GOOD : null;
    await untilAcknowledged(() => messageGroups.mute.mutate({ ...input, until }));
    model.filings.adopt(id, { ...before, muted_until: until });
  } else {
    await untilAcknowledged(() => messageGroups.markUnread.mutate(input));
    model.filings.adopt(id, { ...before, marked_unread: true });
  }
}

/** Removes the member who comes and goes, or adds them with or without the history. */
async function changeGroup(
  { client, model, untilAcknowledged, random }: ActionContext,
  { message_group_uuid, comesAndGoes }: ChangingGroup,
): Promise<void> {
  const { messageGroups, messages } = client.api;
  const { user_uuid, handle } = comesAndGoes;
  const op = { message_group_uuid, op_id: createClientId() };
  const isMember = model.isMember(message_group_uuid, user_uuid);
  const share_history = random() < 0.5;
  await untilAcknowledged(() =>
    isMember
      ? messageGroups.remove.mutate({ ...op, user_uuid })
      : messageGroups.add.mutate({ ...op, handles: [handle], share_history }),
  );
  const isOfChange = ({ client_id }: Message) => client_id === op.op_id;
  const { items } = await untilAcknowledged(() =>
    messages.list.query({ message_group_uuid, limit: 100 }),
  );
  const message = items.find(isOfChange);
  if (message === undefined) throw new Error("A change of a group left no system message.");
  const { uuid, kind, message: text } = message;
  model.acknowledge({
    ...message,
    system: {
      ...{ uuid, user_uuid: message.user_uuid, message: text, member_count: 0 },
      ...(kind !== "text" && { system_kind: kind }),
      subjects: message.subjects.map((subject) => subject.uuid),
    },
  });
  const id = { user_uuid, message_group_uuid };
  model.filings.adopt(id, null);
  if (isMember) return;
  const horizon = { joined: uuid, upTo: share_history ? "" : uuid };
  model.hideHistory(message_group_uuid, user_uuid, horizon);
}
