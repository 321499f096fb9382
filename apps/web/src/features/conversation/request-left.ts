import { REQUEST_MAX_MESSAGES } from "@cruddur/contract/limits";
import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import type { OutboxMessage } from "../outbox/types.ts";

/**
 * How many messages the person can still write to somebody who has not answered; null where there is
 * no limit. What waits in the outbox counts as well: the server's number follows a moment later.
 */
export function countRequestLeft(options: {
  messageGroup: Pick<MessageGroup, "request" | "request_messages_left"> | undefined;
  messages: readonly Pick<Message, "client_id" | "user_uuid">[];
  unsent: readonly Pick<OutboxMessage, "client_id" | "state">[];
  user_uuid: string;
}): number | null {
  const { messageGroup, messages, unsent, user_uuid } = options;
  if (messageGroup?.request !== "sent") return null;
  const written = new Set([
    ...messages.filter((message) => message.user_uuid === user_uuid).map(clientId),
    ...unsent.filter(({ state }) => state !== "failed").map(clientId),
  ]);
  const left = Math.max(0, REQUEST_MAX_MESSAGES - written.size);
  // An older version of the server or of the browser's storage doesn't say it.
  return Math.min(left, messageGroup.request_messages_left ?? left);
}

const clientId = ({ client_id }: { client_id: string }) => client_id;
