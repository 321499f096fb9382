import { Button } from "../../ui/button.tsx";
import { ComposeIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";

/** The right-hand side while no conversation is open. */
export function EmptyConversation({ onCompose }: { onCompose(): void }) {
  return (
    <Notice
      title="Pick a conversation"
      icon={<ComposeIcon />}
      action={<Button onClick={onCompose}>New message</Button>}
    >
      Choose one from the list, or press Ctrl+K to find somebody.
    </Notice>
  );
}
