import { currentOutbox } from "./outbox.ts";
import { setStartupDraft, startupDraftsOf } from "./startup-drafts.ts";

/** Adds a text to the draft of a conversation, below what the person has already typed there. */
export function addToDraft(user_uuid: string, message_group_uuid: string, text: string): void {
  const joined = (before: string) => (before.trim() === "" ? text : `${before}\n${text}`);
  const running = currentOutbox.get();
  if (running?.user_uuid === user_uuid) {
    const { drafts } = running.outbox;
    drafts.set(message_group_uuid, joined(drafts.textOf(message_group_uuid)));
  } else {
    const before = startupDraftsOf(user_uuid).get().get(message_group_uuid)?.text ?? "";
    setStartupDraft(user_uuid, message_group_uuid, joined(before));
  }
}
