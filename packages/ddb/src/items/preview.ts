import { PREVIEW_MAX_BYTES, PREVIEW_MAX_CHARS } from "@cruddur/contract/limits";
import { countBytes, truncateText } from "@cruddur/contract/text";

/** The preview of a text: short enough that a membership stays one write unit. */
export function cutPreview(message: string): string {
  const cut = truncateText(message, { chars: PREVIEW_MAX_CHARS, bytes: PREVIEW_MAX_BYTES });
  if (cut !== "") return cut;
  // One character can exceed the limit, such as a letter with hundreds of accents: show part of it.
  let part = "";
  for (const codePoint of message) {
    if (countBytes(part + codePoint) > PREVIEW_MAX_BYTES) break;
    part += codePoint;
  }
  return part;
}
