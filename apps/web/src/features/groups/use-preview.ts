import type { MessageGroup } from "@cruddur/contract/message-groups";
import { liveNames } from "../../lib/inbox-store.ts";
import { useEntry } from "../../lib/store.ts";
import { firstNames } from "./names.ts";
import { describeSystem } from "./system-text.ts";
import { usePeople } from "./use-title.ts";

/** The newest message of a conversation in the inbox, in a group after the name of its sender. */
export function usePreview(messageGroup: MessageGroup, reader_uuid: string): string {
  const user_uuid = messageGroup.last_message_user_uuid;
  const current = useEntry(liveNames, user_uuid)?.display_name;
  const display_name = current ?? messageGroup.last_message_display_name;
  const subjects = usePeople(messageGroup.message_subjects);
  const { message_kind: kind, message_subject_count: subject_count, message: name } = messageGroup;
  if (kind !== "text") {
    const event = { kind, user_uuid, display_name, subjects, subject_count, name };
    return describeSystem(event, reader_uuid);
  }
  if (messageGroup.hidden_senders.includes(user_uuid)) return "Hidden message";
  const text = messageGroup.message_deleted ? "Message deleted" : messageGroup.message;
  if (user_uuid === reader_uuid) return `You: ${text}`;
  return messageGroup.kind === "pair" ? text : `${firstNames([{ display_name }])[0]}: ${text}`;
}
