import type { MessagesStore } from "./store.ts";
import type { Membership, StoredMessage } from "./types.ts";

/**
 * Messages without those that the member has hidden. Reads nothing where the membership says that
 * there are none this old.
 * @param messages in the order of the conversation
 */
export async function withoutHidden(
  store: Pick<MessagesStore, "listHiddenMessages">,
  membership: Membership,
  messages: readonly StoredMessage[],
): Promise<StoredMessage[]> {
  const { user_uuid, message_group_uuid, newest_hidden_uuid = "" } = membership;
  const [first, last] = [messages[0], messages.at(-1)];
  if (first === undefined || last === undefined || first.uuid > newest_hidden_uuid) {
    return [...messages];
  }
  const range = { from: first.uuid, until: last.uuid };
  const hidden = await store.listHiddenMessages({ user_uuid, message_group_uuid, ...range });
  return messages.filter(({ uuid }) => !hidden.includes(uuid));
}
