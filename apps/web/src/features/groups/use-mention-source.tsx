import type { UserShort } from "@cruddur/contract/users";
import { useMemo } from "react";
import { Avatar } from "../../ui/avatar.tsx";
import type { CompletionSource } from "../conversation/composer/completion/completion.ts";
import { findMentionQuery, matchPeople } from "./mention-query.ts";

/**
 * Offers people after an @.
 * @param people who can be mentioned; with nobody, nothing is ever offered
 */
export function useMentionSource(people: readonly UserShort[]): CompletionSource {
  return useMemo(
    () => ({
      label: "People to mention",
      find: (text, caret) => (people.length > 0 ? findMentionQuery(text, caret) : null),
      match: (typed) =>
        matchPeople(people, typed).map(({ uuid, handle, display_name }) => ({
          key: uuid,
          text: `@${handle}`,
          picture: <Avatar user_uuid={uuid} display_name={display_name} size={28} />,
          name: display_name,
          detail: `@${handle}`,
        })),
      describe: (count) => `${count === 1 ? "1 person" : `${count} people`} to mention`,
    }),
    [people],
  );
}
