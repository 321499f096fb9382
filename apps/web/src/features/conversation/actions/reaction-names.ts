import type { UserShort } from "@cruddur/contract/users";

const list = new Intl.ListFormat("en", { type: "conjunction" });

/** The people who reacted, the person themselves first, as in "You, Ana and 2 others". */
export function namesOf(
  user_uuids: readonly string[],
  members: readonly Pick<UserShort, "uuid" | "display_name">[],
  own: string,
): string {
  const names = user_uuids.includes(own) ? ["You"] : [];
  const known = members.filter(({ uuid }) => uuid !== own && user_uuids.includes(uuid));
  names.push(...known.map(({ display_name }) => display_name));
  // Who has left the group is no member any more.
  const others = user_uuids.length - names.length;
  if (others > 0) names.push(others === 1 ? "1 other" : `${others} others`);
  return list.format(names);
}
