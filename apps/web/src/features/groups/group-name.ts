import { GROUP_NAME_MAX_BYTES, GROUP_NAME_MAX_CHARS } from "@cruddur/contract/limits";
import { countBytes, countChars, isSingleLine, normalizeText } from "@cruddur/contract/text";
import { describeCode } from "../../lib/errors.ts";

/** Why the server would refuse a name, as a sentence; null when it would not. No name is valid. */
export function nameProblem(typed: string): string | null {
  const name = normalizeText(typed);
  const isValid =
    isSingleLine(name) &&
    countChars(name) <= GROUP_NAME_MAX_CHARS &&
    countBytes(name) <= GROUP_NAME_MAX_BYTES;
  return isValid ? null : describeCode("group_name_invalid");
}
