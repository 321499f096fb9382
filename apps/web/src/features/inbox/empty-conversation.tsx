import { Button } from "../../ui/button.tsx";
import { ComposeIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";

/** Shown beside the inbox while no conversation is open. */
export function EmptyConversation({ onCompose }: { onCompose(): void }) {
  return (
    <Notice
      title="Choose a conversation"
      icon={<ComposeIcon />}
      action={<Button onClick={onCompose}>New message</Button>}
    >
      Select one from the list, or press Ctrl+K to find a person.
    </Notice>
  );
}
