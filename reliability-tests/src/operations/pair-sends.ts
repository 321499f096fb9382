import { REQUEST_MAX_MESSAGES } from "@cruddur/contract/limits";
import type { StoredMessage } from "@cruddur/ddb/types";
import type { Filing } from "../filing-model.ts";
import type { Draft, OperationContext } from "./operation-context.ts";

export const REFUSALS = ["not_a_member", "cannot_message", "request_limit_reached"] as const;
export type SendRefusal = (typeof REFUSALS)[number];

/**
 * Announces a send. To a pair it may be a request, an answer to one, or refused because of a block.
 * @returns what checks the answer of a pair; null for a group
 */
export function beginSend(
  context: OperationContext,
  draft: Draft,
): { check(answer: StoredMessage | SendRefusal): void } | null {
  const { model } = context;
  const { sender, receiver, client_id, message_group_uuid, firstMessage } = draft;
  const { user_uuid } = sender;
  model.filings.beginSend(user_uuid, client_id);
  const isKnown = model.hasMessageGroup(message_group_uuid);
  const other =
    receiver?.user_uuid ?? model.pairOf(message_group_uuid)?.find((uuid) => uuid !== user_uuid);
  const isNew = !draft.wasSent;
  draft.wasSent = true;
  if (other === undefined) return null;
  const own = context.touch({ user_uuid, message_group_uuid });
  const theirs = context.touch({ user_uuid: other, message_group_uuid });
  const isBlocked = model.filings.isBlocked(user_uuid, other) || model.erased.has(other);
  const isRefused = receiver !== null && !isKnown && firstMessage === "refused";
  const isMember = isKnown && model.isMember(message_group_uuid, user_uuid);
  const wasAcknowledged = model.isAcknowledged(user_uuid, client_id);
  return {
    check(answer) {
      if (!own.isAlone() || !theirs.isAlone()) return;
      if (answer === "cannot_message" && !isBlocked && !isRefused) {
        throw new Error("A message was refused although nobody has blocked anybody.");
      }
      const isFull = own.before.request_messages === REQUEST_MAX_MESSAGES;
      if (answer === "request_limit_reached" && !isFull) {
        throw new Error("A request was refused before its limit.");
      }
      if (typeof answer === "string" || !isKnown || !isMember) return;
      if (wasAcknowledged) {
        own.expect(own.before);
        theirs.expect(theirs.before);
        return;
      }
      // A draft that was given up may have been stored before.
      if (!isNew) return;
      if (isBlocked) throw new Error("A message to or from somebody blocked was accepted.");
      own.expect(afterOwnMessage(own.before));
      const isAnswer = own.before.requested !== null;
      theirs.expect(isAnswer ? { ...theirs.before, request_messages: null } : theirs.before);
    },
  };
}

/** An answer accepts a request, and a request counts its messages. */
function afterOwnMessage(filing: Filing): Filing {
  const { request_messages, folder } = filing;
  return {
    ...filing,
    requested: null,
    folder: filing.requested !== null && folder === "requests" ? "inbox" : folder,
    request_messages: request_messages === null ? null : request_messages + 1,
  };
}
