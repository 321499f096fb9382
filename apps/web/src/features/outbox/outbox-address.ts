import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { MessageTarget } from "./types.ts";

/**
 * Where a message to `target` is kept: under the conversation's uuid, which for a person not yet
 * written to is derived, so that what is queued behind a first message is in the right place.
 */
export function outboxAddressOf(
  target: MessageTarget,
  user_uuid: string,
): { message_group_uuid: string; handle: string | null } {
  return "message_group_uuid" in target
    ? { message_group_uuid: target.message_group_uuid, handle: null }
    : {
        message_group_uuid: derivePairGroupUuid(user_uuid, target.receiver.uuid),
        handle: target.handle,
      };
}
