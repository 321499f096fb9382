import type { MessageGroup } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import type { Membership, Page, StoredMessage } from "@cruddur/ddb/types";
import type { Cursors, People } from "./context.ts";
import type { CursorScope } from "./cursors.ts";

/** Shows a group row under today's name of the other person. */
export function presentGroup(
  row: Membership,
  profiles: Awaited<ReturnType<People["profiles"]>>,
): MessageGroup {
  const other = profiles.get(row.other.user_uuid);
  const last = row.last_message;
  return {
    uuid: row.message_group_uuid,
    user_uuid: row.other.user_uuid,
    display_name: other?.display_name ?? "",
    handle: other?.handle ?? "",
    member_count: row.member_count,
    message: last?.message ?? "",
    // A group without messages is in no inbox, but its page can be opened.
    created_at: last?.created_at ?? new Date(0).toISOString(),
    last_message_uuid: last?.uuid ?? "",
    last_message_user_uuid: last?.user_uuid ?? "",
    unread_count: row.unread_count,
    read_message_uuid: row.read_message_uuid,
  };
}

/** Shows stored messages under today's names; one look-up for all of them. */
export async function presentMessages(
  messages: readonly StoredMessage[],
  people: Pick<People, "profiles">,
): Promise<Message[]> {
  const profiles = await people.profiles(messages.map((message) => message.user_uuid));
  return messages.map((message) => {
    const { display_name = "", handle = "" } = profiles.get(message.user_uuid) ?? {};
    return presentMessage(message, { display_name, handle });
  });
}

/** Leaves out what only the table needs, and shows the sender under today's names. */
export function presentMessage(
  { member_count, projected, traceparent, ...message }: StoredMessage,
  names: Pick<Message, "display_name" | "handle">,
): Message {
  return { ...message, ...names };
}

/** A page's positions as signed cursors. */
export function presentCursors(
  page: Page<unknown>,
  scope: CursorScope,
  cursors: Cursors,
): { next_cursor: string | null; previous_cursor: string | null } {
  return {
    next_cursor: page.next === null ? null : cursors.encode(scope, page.next),
    previous_cursor: page.previous === null ? null : cursors.encode(scope, page.previous),
  };
}
