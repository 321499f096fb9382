import { pinsPk } from "../keys.ts";
import { defineAttributes, type Item } from "./attributes.ts";

/** What a person has pinned, so that pins at the same moment can't exceed the limit. */
export interface Pins {
  /** uuids of the message groups. Some may have been unpinned or left since. */
  message_group_uuids: readonly string[];
  revision: number;
}

export const pinsAttributes = defineAttributes<Pins>({
  message_group_uuids: {
    type: "L",
    holds:
      "Uuids of the message groups that were pinned last; those that were unpinned since still count until there is no room.",
  },
  revision: { type: "N", holds: "Raised by every pin, and the condition of the next one." },
});

export function pinsKey(user_uuid: string): Item {
  return { pk: { S: pinsPk(user_uuid) }, sk: { S: "pins" } };
}
