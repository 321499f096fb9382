import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { MessageTarget } from "./types.ts";

/**
 * The conversation under which messages and drafts for `target` are stored. For a person without a
 * conversation its uuid is derived, so that later messages queue after the first one.
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
