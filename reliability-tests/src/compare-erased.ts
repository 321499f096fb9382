import type { StoredMessage } from "@cruddur/ddb/types";
import type { Model } from "./model.ts";
import type { TestEnvironment } from "./test-environment.ts";

/**
 * Throws where something of an erased person is left: a name anywhere in the table, an item or a
 * reaction of theirs, or the text of a message.
 * @param json all items of the table
 */
export function compareErased(
  { people }: TestEnvironment,
  { erased }: Model,
  json: string,
  messages: readonly StoredMessage[],
): void {
  for (const { user_uuid, handle, display_name } of people) {
    if (!erased.has(user_uuid)) continue;
    // Keys and reactions hold uuids in these forms; as the author of a tombstone, a uuid leads nowhere.
    const forms = [handle, display_name, `#${user_uuid}"`, `"~${user_uuid}"`, `"${user_uuid}:`];
    const left = forms.find((form) => json.includes(form));
    if (left !== undefined) {
      throw new Error(`Of an erased person, ${left.replace(user_uuid, "<uuid>")} is left.`);
    }
  }
  for (const { user_uuid, message, deleted_at, system_kind } of messages) {
    const isTombstone = message === "" && deleted_at !== undefined;
    if (erased.has(user_uuid) && system_kind === undefined && !isTombstone) {
      throw new Error("Of an erased person, a message is left.");
    }
  }
}
