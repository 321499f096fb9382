interface Named {
  user_uuid: string;
  display_name: string;
}

/** What two names have in common that look the same in a list. */
const lookOf = (name: string): string =>
  name.normalize("NFKC").toLowerCase().replace(/\s+/gu, " ").trim();

/** The uuids of people whose name somebody else in the list has, too. Their handles tell them apart. */
export function findNamesakes(people: readonly Named[]): ReadonlySet<string> {
  const byLook = new Map<string, Set<string>>();
  for (const { user_uuid, display_name } of people) {
    const look = lookOf(display_name);
    byLook.set(look, (byLook.get(look) ?? new Set()).add(user_uuid));
  }
  return new Set([...byLook.values()].flatMap((uuids) => (uuids.size > 1 ? [...uuids] : [])));
}
