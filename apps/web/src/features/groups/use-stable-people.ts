import type { UserShort } from "@cruddur/contract/users";
import { useMemo } from "react";

/**
 * The same array while the people and their names are the same. Members are new objects after each
 * read marker, and no message must be rendered again for it.
 */
export function useNamed<Person extends UserShort>(people: readonly Person[]): readonly Person[] {
  const key = JSON.stringify(people.map(({ uuid, display_name }) => [uuid, display_name]));
  return useMemo(() => people, [key]);
}
