import type { markReadInput, markReadOutput } from "@cruddur/contract/message-groups";
import type { z } from "zod";
import type { SignedInContext } from "./trpc.ts";

/** Moves the caller's read marker forward to a message, and tells the members when it moved. */
export async function moveReadMarker(
  { services, user: { user_uuid } }: SignedInContext,
  input: z.infer<typeof markReadInput>,
): Promise<z.infer<typeof markReadOutput>> {
  const { message_group_uuid } = input;
  const { moved, ...state } = await services.store.markRead({ user_uuid, ...input });
  if (moved) {
    const { read_message_uuid: message_uuid, unread_count } = state;
    const ids = { user_uuid, message_group_uuid, message_uuid };
    services.live.publish({ type: "read", ...ids, unread_count });
  }
  return state;
}
