import { messageUuidMs } from "@cruddur/contract/ids";
import type { Folder } from "./keys.ts";
import type { Membership } from "./types.ts";

/** Where a conversation belongs; `archived_after` is null outside the archive. */
export interface Filing {
  folder: Folder;
  archived_after: string | null;
}

/**
 * What a new message does to an archived conversation: it brings it back, or it is passed over if
 * the conversation was muted when the message was sent. Looks at no clock, so that a repeat comes to
 * the same.
 */
export function refile(membership: Membership, message_uuid: string): { filing?: Filing } {
  const { archived_after, muted_until } = membership;
  if (archived_after === null || message_uuid <= archived_after) return {};
  const isMuted = muted_until !== null && messageUuidMs(message_uuid) < Date.parse(muted_until);
  return {
    filing: isMuted
      ? { folder: "archive", archived_after: message_uuid }
      : { folder: homeFolderOf(membership), archived_after: null },
  };
}

/** The folder of a conversation that is neither archived nor pinned. */
export function homeFolderOf({ requested }: Membership): Folder {
  return requested ?? "inbox";
}
