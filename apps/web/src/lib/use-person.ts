import { liveNames } from "./inbox-store.ts";
import { useStore } from "./store.ts";

interface Named {
  user_uuid: string;
  display_name: string;
  handle: string;
}

/** A person with the current name, which may have changed since the value was read. */
export function usePerson<Person extends Named>(person: Person): Person {
  const current = useStore(liveNames).get(person.user_uuid);
  if (current === undefined) return person;
  return { ...person, display_name: current.display_name, handle: current.handle };
}
