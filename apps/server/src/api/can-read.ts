import type { Membership } from "@cruddur/ddb/types";

/** Whether what a member may read reaches back to a message. */
export function canRead({ group }: Pick<Membership, "group">, message_uuid: string): boolean {
  const joined_after = group?.joined_after ?? null;
  return joined_after === null || message_uuid.toLowerCase() > joined_after;
}
