import { countGraphemes, graphemeSegments } from "unicode-segmenter/grapheme";
import { EMOJI_MAX_BYTES } from "./limits.ts";

const encoder = new TextEncoder();

/**
 * Length as people count it, in grapheme clusters (Unicode UAX #29): a family emoji counts as one.
 * A library counts instead of `Intl.Segmenter`, whose tables differ between browsers and Node, because
 * both sides must get the same number.
 */
export function countChars(text: string): number {
  return countGraphemes(text);
}

/** Size in UTF-8 bytes, the unit in which the table stores and bills text. */
export function countBytes(text: string): number {
  return encoder.encode(text).length;
}

/** Everything that shows nothing: white space, control and format characters, fillers, blank braille. */
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const CONTROL_OR_LINE_BREAK = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const BIDI_CONTROL = /\p{Bidi_Control}/gu;

/** True when nothing in the text is visible. */
export function isBlank(text: string): boolean {
  return text.replace(INVISIBLE, "") === "";
}

/**
 * True for a text that Postgres can store and that stays on one line: no control character (NUL is
 * one), no line break and no half of a surrogate pair.
 */
export function isSingleLine(text: string): boolean {
  // `isWellFormed` is in every supported engine but not yet in TypeScript's ES2023 library.
  return (
    !CONTROL_OR_LINE_BREAK.test(text) &&
    (text as string & { isWellFormed(): boolean }).isWellFormed()
  );
}

/**
 * Removes the characters that change the direction of the text around them, with which one name can
 * be made to look like another.
 */
export function removeBidiControls(text: string): string {
  return text.replace(BIDI_CONTROL, "");
}

const PICTOGRAPH = "\\p{Extended_Pictographic}(?:\\ufe0f|\\p{Emoji_Modifier})?";
/** A flag, a keycap, or pictographs with their variations, tags and joiners (Unicode UTS #51). */
const EMOJI = new RegExp(
  "^(?:\\p{Regional_Indicator}{2}|[0-9#*]\\ufe0f?\\u20e3|" +
    `${PICTOGRAPH}(?:[\\u{e0020}-\\u{e007e}]+\\u{e007f})?(?:\\u200d${PICTOGRAPH})*)$`,
  "u",
);

/**
 * True for one emoji that is shown as one character. Reserved pictographs count, so that an emoji
 * that is newer than this program isn't refused.
 */
export function isEmoji(text: string): boolean {
  return countBytes(text) <= EMOJI_MAX_BYTES && EMOJI.test(text);
}

/** The stored form of a text: well-formed UTF-16, no white space around it, `\n` as line ends. */
export function normalizeText(text: string): string {
  // Every supported engine has `toWellFormed`, but TypeScript's ES2023 library doesn't declare it.
  const wellFormed = (text as string & { toWellFormed(): string }).toWellFormed();
  return wellFormed.replace(/\r\n?/g, "\n").trim();
}

/** Cuts a text between two characters, so that both limits hold. Appends nothing. */
export function truncateText(text: string, max: { chars: number; bytes: number }): string {
  let chars = 0;
  let bytes = 0;
  let end = 0;
  for (const { segment, index } of graphemeSegments(text)) {
    chars += 1;
    bytes += countBytes(segment);
    if (chars > max.chars || bytes > max.bytes) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
