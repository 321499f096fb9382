import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { UserShort } from "@cruddur/contract/users";
import { useMemo } from "react";
import { liveNames } from "../../lib/inbox-store.ts";
import { useEntry, useStore } from "../../lib/store.ts";
import { titleOf } from "./names.ts";

/** People with their current names, which may have changed since they were read. */
export function usePeople<Person extends UserShort>(people: readonly Person[]): readonly Person[] {
  const names = useStore(liveNames);
  return useMemo(
    () =>
      people.map((person) => {
        const current = names.get(person.uuid);
        return current === undefined ? person : { ...person, display_name: current.display_name };
      }),
    [people, names],
  );
}

const NOBODY: readonly UserShort[] = [];

/** What a conversation is called, with everybody's current name; "" while it is not loaded. */
export function useTitle(messageGroup: MessageGroup | undefined): string {
  const some_members = usePeople(messageGroup?.some_members ?? NOBODY);
  const display_name = useEntry(liveNames, messageGroup?.user_uuid ?? "")?.display_name;
  if (messageGroup === undefined) return "";
  return titleOf({
    ...messageGroup,
    some_members: [...some_members],
    display_name: display_name ?? messageGroup.display_name,
  });
}
