import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { UserShort } from "@cruddur/contract/users";

type Named = Pick<UserShort, "display_name">;

/** How many names a title or a sentence has before "others". */
const NAMED_MAX = 3;

/** "Andrew", "Andrew and Mira", "Andrew, Mira and 3 others". */
export function joinNames(names: readonly string[], count = names.length): string {
  const isAll = count <= names.length && count <= NAMED_MAX;
  const shown = isAll ? names : names.slice(0, NAMED_MAX - 1);
  const others = count - shown.length;
  const parts = isAll ? [...shown] : [...shown, others === 1 ? "1 other" : `${others} others`];
  const last = parts.pop() ?? "";
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}

/** People's first names; the whole names where two people have the same first name. */
export function firstNames(people: readonly Named[]): string[] {
  const names = people.map(({ display_name }) => display_name.trim().split(/\s+/u)[0] ?? "");
  return people.map(({ display_name }, index) => {
    const name = names[index] ?? "";
    return names.filter((other) => other === name).length > 1 ? display_name : name;
  });
}

/** What a conversation is called: the other person, the group's name, or the group's members. */
export function titleOf(
  messageGroup: Pick<
    MessageGroup,
    "kind" | "display_name" | "name" | "some_members" | "member_count"
  >,
): string {
  if (messageGroup.kind === "pair") return messageGroup.display_name;
  if (messageGroup.name !== null) return messageGroup.name;
  const others = messageGroup.member_count - 1;
  return others <= 0 ? "Only you" : joinNames(firstNames(messageGroup.some_members), others);
}

/** "1 person", "5 people". */
export function countPeople(count: number): string {
  return count === 1 ? "1 person" : `${count} people`;
}
