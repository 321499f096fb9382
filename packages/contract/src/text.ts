import { countGraphemes, graphemeSegments } from "unicode-segmenter/grapheme";

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

// White space, control and format characters, and fillers that are rendered as nothing.
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]|\u034f/gu;

/** True when nothing in the text is visible. */
export function isBlank(text: string): boolean {
  return text.replace(INVISIBLE, "") === "";
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
