import { countGraphemes, graphemeSegments } from "unicode-segmenter/grapheme";

const encoder = new TextEncoder();

/**
 * Length as people count it: grapheme clusters (Unicode UAX #29), so a family emoji is one.
 * A library rather than `Intl.Segmenter`, whose tables differ between browsers and Node:
 * both sides must count alike.
 */
export function countChars(text: string): number {
  return countGraphemes(text);
}

/** Size in UTF-8 bytes, which is what the table stores and charges for. */
export function countBytes(text: string): number {
  return encoder.encode(text).length;
}

// White space, control and format characters, and the fillers that render as nothing.
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]|\u034f/gu;

/** True when nothing in the text can be seen. */
export function isBlank(text: string): boolean {
  return text.replace(INVISIBLE, "") === "";
}

/** The stored form of a text: well-formed UTF-16, no outer white space, `\n` line ends. */
export function normalizeText(text: string): string {
  // `toWellFormed` is in every supported engine but not yet in TypeScript's ES2023 library.
  const wellFormed = (text as string & { toWellFormed(): string }).toWellFormed();
  return wellFormed.replace(/\r\n?/g, "\n").trim();
}

/** Cuts on a character border so that both limits hold; appends nothing. */
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
