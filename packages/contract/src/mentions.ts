import { HANDLE_MAX_CHARS } from "./limits.ts";

/** A handle in a text, as in "ask @bayko", and where it stands. */
export interface Mention {
  handle: string;
  /** Where the `@` is, and where the handle ends, in UTF-16 units. */
  start: number;
  end: number;
}

/** An `@` at the beginning of a word: the one of an email address is none. Dots at the end are a sentence's. */
const MENTION = new RegExp(
  `(?<![\\p{L}\\p{N}_.@/-])@([A-Za-z0-9](?:[A-Za-z0-9_.-]{0,${HANDLE_MAX_CHARS - 2}}[A-Za-z0-9_-])?)(?![\\p{L}\\p{N}_@])`,
  "gu",
);

/** Every handle that a text mentions, whether or not somebody has it. */
export function findMentions(text: string): Mention[] {
  return [...text.matchAll(MENTION)].map((match) => ({
    handle: match[0].slice(1),
    start: match.index,
    end: match.index + match[0].length,
  }));
}
