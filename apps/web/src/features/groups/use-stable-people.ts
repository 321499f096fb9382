import type { UserShort } from "@cruddur/contract/users";
import { useMemo } from "react";

/**
 * Returns the same array for as long as the people and their names stay the same. Every read marker
 * makes new objects of a group's members, and must not render all messages again.
 */
export function useStablePeople<Person extends UserShort>(
  people: readonly Person[],
): readonly Person[] {
  const key = JSON.stringify(people.map(({ uuid, display_name }) => [uuid, display_name]));
  return useMemo(() => people, [key]);
}
