import { HANDLE_MAX_CHARS } from "@cruddur/contract/limits";
import type { UserShort } from "@cruddur/contract/users";
import type { CompletionQuery } from "../conversation/composer/completion/completion.ts";

const OPTIONS_MAX = 8;
/** An @ that begins a word, and what is typed of the handle or the name, up to the caret. */
const OPEN_MENTION = new RegExp(`(?<![A-Za-z0-9_.@/-])@([^\\s@]{0,${HANDLE_MAX_CHARS}})$`, "u");

/** @returns null when no mention is being typed at the caret */
export function findMentionQuery(text: string, caret: number): CompletionQuery | null {
  const match = OPEN_MENTION.exec(text.slice(0, caret));
  return match === null ? null : { start: match.index, end: caret, typed: match[1] ?? "" };
}

/** The members of a group whom a person can mention: everybody but themselves and whom they have blocked. */
export function mentionableMembers<Member extends Pick<UserShort, "uuid">>(
  members: readonly Member[],
  person: { user_uuid: string; hidden_senders: readonly string[] },
): Member[] {
  const { user_uuid, hidden_senders } = person;
  return members.filter(({ uuid }) => uuid !== user_uuid && !hidden_senders.includes(uuid));
}

/** The people whose handle, or a word of whose name, begins with the typed text. */
export function matchPeople(people: readonly UserShort[], typed: string): UserShort[] {
  const wanted = typed.toLocaleLowerCase();
  return people
    .filter(({ handle, display_name }) =>
      [handle, ...display_name.split(/\s+/u)].some((word) =>
        word.toLocaleLowerCase().startsWith(wanted),
      ),
    )
    .slice(0, OPTIONS_MAX);
}
