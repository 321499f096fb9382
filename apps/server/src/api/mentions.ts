import { findMentions } from "@cruddur/contract/mentions";
import type { SignedInContext } from "./trpc.ts";

/**
 * Uuids of the caller's fellow members of a group whom a text mentions by their handles. Reads nothing
 * for a text without any, and in a pair that is known.
 */
export async function findMentioned(
  { services: { store, people, pairs }, user: { user_uuid } }: SignedInContext,
  message_group_uuid: string,
  text: string,
): Promise<string[] | undefined> {
  const handles = new Set(findMentions(text).map(({ handle }) => handle.toLowerCase()));
  const isPair = pairs.otherOf({ user_uuid, message_group_uuid }) !== undefined;
  if (isPair || handles.size === 0) return undefined;
  const members = await store.listMemberUuids({ message_group_uuid });
  const profiles = await people.profiles(members);
  const mentioned = members.filter(
    (uuid) => uuid !== user_uuid && handles.has(profiles.get(uuid)?.handle.toLowerCase() ?? "?"),
  );
  return mentioned.length === 0 ? undefined : mentioned;
}
