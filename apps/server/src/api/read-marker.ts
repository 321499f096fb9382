import type { markReadInput, markReadOutput } from "@cruddur/contract/message-groups";
import type { Membership } from "@cruddur/ddb/types";
import type { z } from "zod";
import { isOpen } from "./filing.ts";
import type { SignedInContext } from "./trpc.ts";

/** Moves the caller's read marker forward to a message, and tells those who may know when it moved. */
export async function moveReadMarker(
  { services, membership, user: { user_uuid } }: SignedInContext & { membership: Membership },
  input: z.infer<typeof markReadInput>,
): Promise<z.infer<typeof markReadOutput>> {
  const { message_group_uuid } = input;
  const { moved, ...state } = await services.store.markRead({ user_uuid, ...input });
  if (moved) {
    const { read_message_uuid: message_uuid, unread_count } = state;
    const ids = { user_uuid, message_group_uuid, message_uuid };
    services.live.publish({ type: "read", ...ids, unread_count, own: !isOpen(membership) });
  }
  return state;
}
