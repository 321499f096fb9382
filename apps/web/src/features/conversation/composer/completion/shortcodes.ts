import type { CompletionQuery } from "./completion.ts";

const OPTIONS_MAX = 8;
/** A colon that begins a word, two or more characters of a shortcode, and perhaps the colon after it. */
const OPEN_SHORTCODE = /(?<![\p{L}\p{N}:/])[:]([a-z0-9_+-]{2,32}:?)$/u;

/** @returns null when no shortcode is being typed at the caret */
export function findShortcodeQuery(text: string, caret: number): CompletionQuery | null {
  const match = OPEN_SHORTCODE.exec(text.slice(0, caret));
  return match === null ? null : { start: match.index, end: caret, typed: match[1] ?? "" };
}

/** The emoji whose shortcode has the typed text at the beginning of a word, the shortest first. */
export function matchShortcodes(
  emoji: ReadonlyMap<string, string>,
  typed: string,
): [shortcode: string, emoji: string][] {
  const rank = (name: string) => (name.startsWith(typed) ? 0 : 100) + name.length;
  return [...emoji]
    .filter(([name]) => name.startsWith(typed) || name.includes(`_${typed}`))
    .sort(([a], [b]) => rank(a) - rank(b))
    .slice(0, OPTIONS_MAX);
}

/** The emoji of a shortcode with both of its colons; null for anything else. */
export function finishShortcode(emoji: ReadonlyMap<string, string>, typed: string): string | null {
  return typed.endsWith(":") ? (emoji.get(typed.slice(0, -1)) ?? null) : null;
}
