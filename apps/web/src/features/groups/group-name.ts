import { GROUP_NAME_MAX_BYTES, GROUP_NAME_MAX_CHARS } from "@cruddur/contract/limits";
import { countBytes, countChars, isSingleLine, normalizeText } from "@cruddur/contract/text";
import { describeCode } from "../../lib/errors.ts";

/**
 * Says as a sentence why the server would refuse a name of a group; null when the name is valid. An
 * empty name is valid: a group needs none.
 */
export function describeGroupNameProblem(typed: string): string | null {
  const name = normalizeText(typed);
  const isValid =
    isSingleLine(name) &&
    countChars(name) <= GROUP_NAME_MAX_CHARS &&
    countBytes(name) <= GROUP_NAME_MAX_BYTES;
  return isValid ? null : describeCode("group_name_invalid");
}
