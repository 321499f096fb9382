import type { ReactNode } from "react";

/** What is being typed before the caret, such as the beginning of a handle after an @. */
export interface CompletionQuery {
  /** Position of the sign that begins it. */
  start: number;
  /** Position of the caret. */
  end: number;
  /** The text between the two, without the sign. */
  typed: string;
}

export interface CompletionOption {
  key: string;
  /** Replaces what was typed, with the sign. */
  text: string;
  picture: ReactNode;
  name: string;
  detail: string;
}

/** One kind of thing that can be completed. */
export interface CompletionSource {
  /** Names the list of options. */
  label: string;
  /** @returns null when nothing of this kind is being typed at the caret */
  find(text: string, caret: number): CompletionQuery | null;
  match(typed: string): readonly CompletionOption[];
  /** "3 people to mention". */
  describe(count: number): string;
  /** What is inserted at once, without a choice; null for nothing. */
  finish?(typed: string): string | null;
}

/**
 * Puts a text in place of what was typed.
 * @returns the whole text, and where the caret goes
 */
export function insertCompletion(
  text: string,
  query: CompletionQuery,
  inserted: string,
): { text: string; caret: number } {
  const rest = text.slice(query.end);
  const before = text.slice(0, query.start) + inserted;
  // What stands after it stays next to it, such as a full stop.
  if (/^\p{P}/u.test(rest)) return { text: before + rest, caret: before.length };
  const space = /^\s/u.test(rest) ? "" : " ";
  return { text: before + space + rest, caret: before.length + 1 };
}
