/** A part of a message's text. All parts together are the text as it was typed. */
export interface TextPart {
  kind: "text" | "code" | "block" | "bold" | "italic";
  text: string;
  /** How many characters at each end are marks, such as the asterisks of bold text. */
  marks: number;
}

/** A fence of three backticks, and one backtick within a line. */
const CODE = /```[^`]+```|`[^`\n]+`/g;
/**
 * Marks directly around words: neither inside a word, as in `snake_case_name`, nor around spaces, as
 * in `2 * 3 * 4`.
 */
const EMPHASIS =
  /(?<![\p{L}\p{N}*_])(?:\*(?=[^\s*])[^*\n]*(?<!\s)\*|_(?=[^\s_])[^_\n]*(?<!\s)_)(?![\p{L}\p{N}*_])/gu;

/** Finds code, with its marks. Nothing inside code is formatted or linked. */
export function splitCode(text: string): TextPart[] {
  return split(text, CODE, (found) =>
    found.startsWith("```") ? { kind: "block", marks: 3 } : { kind: "code", marks: 1 },
  );
}

/** Finds `*bold*` and `_italic_` in a text without code. */
export function splitEmphasis(text: string): TextPart[] {
  return split(text, EMPHASIS, (found) => ({
    kind: found.startsWith("*") ? "bold" : "italic",
    marks: 1,
  }));
}

function split(
  text: string,
  pattern: RegExp,
  partOf: (found: string) => Pick<TextPart, "kind" | "marks">,
): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  const addText = (to: number) => {
    if (to > end) parts.push({ kind: "text", text: text.slice(end, to), marks: 0 });
  };
  for (const { 0: found, index } of text.matchAll(pattern)) {
    addText(index);
    parts.push({ ...partOf(found), text: found });
    end = index + found.length;
  }
  addText(text.length);
  return parts;
}
