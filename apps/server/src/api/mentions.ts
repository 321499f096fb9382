import { findMentions } from "@cruddur/contract/mentions";
import type { Membership } from "@cruddur/ddb/types";
import type { SignedInContext } from "./trpc.ts";

/** Uuids of the other members of a group whom a text mentions by their handles. Reads nothing for a text without any. */
export async function findMentioned(
  { services: { store, people } }: SignedInContext,
  { user_uuid, message_group_uuid, group }: Membership,
  text: string,
): Promise<string[] | undefined> {
  const handles = new Set(findMentions(text).map(({ handle }) => handle.toLowerCase()));
  if (group === null || handles.size === 0) return undefined;
  const members = await store.listMemberUuids({ message_group_uuid });
  const profiles = await people.profiles(members);
  const mentioned = members.filter(
    (uuid) => uuid !== user_uuid && handles.has(profiles.get(uuid)?.handle.toLowerCase() ?? "?"),
  );
  return mentioned.length === 0 ? undefined : mentioned;
}
