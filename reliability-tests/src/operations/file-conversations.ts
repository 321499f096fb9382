import { AppError } from "@cruddur/contract/errors";
import { derivePairGroupUuid } from "@cruddur/contract/ids";
import { MUTED_FOR_GOOD, PINNED_MAX } from "@cruddur/contract/limits";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Member, Membership, MembershipId } from "@cruddur/ddb/types";
import type { Filing } from "../filing-model.ts";
import type { FilingChange, Operation } from "../operation-history.ts";
import { type OperationContext, pick } from "./operation-context.ts";
import { markReadUpTo } from "./read-conversations.ts";
import { retryUntilAnswered } from "./retry-unavailable.ts";

/** One change of a member's own view of a conversation. Throws when the answer contradicts the model. */
export async function fileConversation(
  context: OperationContext,
  operation: Extract<Operation, { type: "file" }>,
): Promise<void> {
  const message_group_uuid = pick(context.messageGroups, operation.messageGroup);
  if (message_group_uuid === undefined) return;
  const { model } = context;
  const person = context.person(operation.person);
  const { user_uuid } = person;
  const { change } = operation;
  const id = { user_uuid, message_group_uuid };
  const isMember = model.isMember(message_group_uuid, user_uuid);
  const expected = isMember ? afterChange(model.filings.of(id), change) : "not_a_member";
  const own = context.touch(id);
  const sender = change === "accept" ? touchOther(context, id) : null;
  if (change === "mute" || change === "unmute") model.filings.beginMute(id);
  const store = context.serverOf(person);
  const answer = await retryUntilAnswered(() => callStore(store, id, change).catch(toCode));
  if (context.isMembershipChanging(message_group_uuid, person)) return;
  if (answer === "pins_full") {
    if (context.messageGroups.length < PINNED_MAX) throw new Error("A pin was refused.");
    return;
  }
  if (!own.isAlone()) return;
  const code = typeof answer === "string" ? answer : null;
  const expectedCode = typeof expected === "string" ? expected : null;
  if (code !== expectedCode) {
    throw new Error(`The answer to ${change} is ${JSON.stringify(answer)}, not ${expectedCode}.`);
  }
  if (typeof expected === "string" || typeof answer === "string") return;
  // The table knows which message was the newest.
  const archived_after = change === "archive" ? answer.archived_after : expected.archived_after;
  own.expect({ ...expected, archived_after });
  if (sender) sender.expect({ ...sender.before, request_messages: null });
}

/** What a change makes of a filing, or the code with which it must be refused. */
function afterChange(filing: Filing, change: FilingChange): Filing | string {
  const { folder, requested } = filing;
  const home = requested ?? "inbox";
  switch (change) {
    case "archive":
      return { ...filing, folder: "archive" };
    case "unarchive":
      return folder === "archive" ? { ...filing, folder: home, archived_after: null } : filing;
    case "pin":
      if (folder === "pinned") return filing;
      if (home === "requests") return "invalid_input";
      return { ...filing, folder: "pinned", archived_after: null };
    case "unpin":
      return folder === "pinned" ? { ...filing, folder: home } : filing;
    case "mute":
      return { ...filing, muted_until: MUTED_FOR_GOOD };
    case "unmute":
      return { ...filing, muted_until: null };
    case "mark_unread":
      return { ...filing, marked_unread: true };
    case "accept":
      return { ...filing, requested: null, folder: folder === "requests" ? "inbox" : folder };
  }
}

function touchOther(context: OperationContext, { user_uuid, message_group_uuid }: MembershipId) {
  const { model } = context;
  if (model.filings.of({ user_uuid, message_group_uuid }).requested === null) return null;
  const other = model.members(message_group_uuid).find((member) => member !== user_uuid);
  return other === undefined ? null : context.touch({ user_uuid: other, message_group_uuid });
}

function callStore(
  store: MessagesStore,
  id: MembershipId,
  change: FilingChange,
): Promise<Membership> {
  switch (change) {
    case "accept":
      return store.acceptRequest(id);
    case "mute":
      return store.muteConversation(id, { muted_until: MUTED_FOR_GOOD });
    case "unmute":
      return store.muteConversation(id, { muted_until: null });
    case "mark_unread":
      return store.markUnread(id);
    default:
      return store.fileConversation(id, change);
  }
}

/** Blocks or unblocks a person, with or without a conversation. */
export async function changeBlock(
  context: OperationContext,
  { type, person, other }: Extract<Operation, { type: "block" | "unblock" }>,
): Promise<void> {
  const blocker = context.person(person);
  const blocked = context.person(person === other ? other + 1 : other);
  const pair = { blocker_uuid: blocker.user_uuid, blocked_uuid: blocked.user_uuid };
  const message_group_uuid = derivePairGroupUuid(pair.blocker_uuid, pair.blocked_uuid);
  const touchOf = ({ user_uuid }: Member) => context.touch({ user_uuid, message_group_uuid });
  const [own, theirs] = [touchOf(blocker), touchOf(blocked)];
  const store = context.serverOf(blocker);
  await retryUntilAnswered(() =>
    type === "block" ? store.blockPerson(pair) : store.unblockPerson(pair),
  );
  own.expect({ ...own.before, blocked: type === "block" });
  theirs.expect({ ...theirs.before, refused: type === "block" });
  context.endBlock(pair, type === "block");
}

/** Does what the API does for `messages.hide`: whatever is hidden is also read. */
export async function hideMessage(
  context: OperationContext,
  { person, messageGroup, message }: Extract<Operation, { type: "hide" }>,
): Promise<void> {
  const message_group_uuid = pick(context.messageGroups, messageGroup);
  if (message_group_uuid === undefined) return;
  const { model } = context;
  const reader = context.person(person);
  const { user_uuid } = reader;
  const target = pick(model.messages(message_group_uuid), message);
  if (!target || !model.isMember(message_group_uuid, user_uuid)) return;
  const id = { user_uuid, message_group_uuid };
  const input = { ...id, message_uuid: target.uuid };
  const store = context.serverOf(reader);
  const answer = await retryUntilAnswered(() => store.hideMessage(input).catch(toCode));
  if (typeof answer === "string") {
    if (context.isMembershipChanging(message_group_uuid, reader)) return;
    throw new Error(`A member could not hide a message: ${answer}.`);
  }
  model.filings.hide(id, target.uuid);
  if (target.user_uuid !== user_uuid) await markReadUpTo(context, reader, target);
}

function toCode(error: unknown): string {
  if (error instanceof AppError && error.code !== "unavailable") return error.code;
  throw error;
}
