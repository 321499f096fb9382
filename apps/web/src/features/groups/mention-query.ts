import { HANDLE_MAX_CHARS } from "@cruddur/contract/limits";
import type { UserShort } from "@cruddur/contract/users";

const OPTIONS_MAX = 8;
/** An @ that begins a word, and what is typed of the handle or the name, up to the caret. */
const OPEN_MENTION = new RegExp(`(?<![A-Za-z0-9_.@/-])@([^\\s@]{0,${HANDLE_MAX_CHARS}})$`, "u");

/** The mention that is being typed before the caret. */
export interface MentionQuery {
  /** Position of the @. */
  start: number;
  /** Position of the caret. */
  end: number;
  /** The text between the two, without the @. */
  typed: string;
}

/** @returns null when no mention is being typed at the caret */
export function findMentionQuery(text: string, caret: number): MentionQuery | null {
  const match = OPEN_MENTION.exec(text.slice(0, caret));
  return match === null ? null : { start: match.index, end: caret, typed: match[1] ?? "" };
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

/** The text with the handle in place of what was typed, and where the caret goes. */
export function insertMention(
  text: string,
  query: MentionQuery,
  handle: string,
): { text: string; caret: number } {
  const rest = text.slice(query.end);
  const before = `${text.slice(0, query.start)}@${handle}`;
  // What stands after the mention stays next to it, such as a full stop.
  if (/^\p{P}/u.test(rest)) return { text: before + rest, caret: before.length };
  const space = /^\s/u.test(rest) ? "" : " ";
  return { text: before + space + rest, caret: before.length + 1 };
}
