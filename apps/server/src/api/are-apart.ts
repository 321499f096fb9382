import type { Membership } from "@cruddur/ddb/types";

type Apart = Pick<Membership, "user_uuid" | "hidden_senders">;

/** Whether one of two members of a group has blocked the other: neither sees what the other does. */
export function areApart(one: Apart, other: Apart): boolean {
  return (
    one.hidden_senders.includes(other.user_uuid) || other.hidden_senders.includes(one.user_uuid)
  );
}
