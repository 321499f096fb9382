import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { UserShort } from "@cruddur/contract/users";

/** The people of these conversations whom one can write to. */
export function knownPeople(messageGroups: readonly MessageGroup[]): UserShort[] {
  return (
    messageGroups
      // Groups have no handle, nor have people who were deleted and cannot receive messages.
      .filter(({ handle }) => handle !== "")
      .map(({ user_uuid, handle, display_name }) => ({ uuid: user_uuid, handle, display_name }))
  );
}
