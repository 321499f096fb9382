import { normalizeText } from "@cruddur/contract/text";
import { useAnnounce } from "../../../lib/announcer.tsx";
import { useSession } from "../../../lib/session.tsx";
import { useDraft, useOutboxAddress } from "../../outbox/hooks.ts";
import type { MessageTarget } from "../../outbox/types.ts";
import { useOutbox } from "../../outbox/use-outbox.ts";
import { type ComposerMode, setComposerMode, useComposerMode } from "./composer-mode.ts";

/**
 * The text of the form and what happens to it: a new message, a reply, or another text for a message.
 * An edit has a text of its own, so that the draft is there again when the edit ends.
 */
export function useComposer(target: MessageTarget) {
  const { user } = useSession();
  const outbox = useOutbox();
  const announce = useAnnounce();
  const address = useOutboxAddress(target);
  const draft = useDraft(target);
  const { message_group_uuid } = address;
  const mode = useComposerMode(user.uuid, message_group_uuid);
  const setMode = (next: ComposerMode | null) =>
    setComposerMode(user.uuid, message_group_uuid, next);

  return {
    address,
    mode,
    text: mode?.kind === "edit" ? mode.text : draft.text,
    isOpen: outbox !== null,
    isDurable: outbox?.isDurable() ?? true,
    setFocused: draft.setEditing,
    setText(text: string): void {
      if (mode?.kind === "edit") setMode({ ...mode, text });
      else draft.setText(text);
    },
    /** Ends a reply or an edit. */
    leave: () => setMode(null),
    /** Hands the text over to the outbox. Rejects when this browser can't store it. */
    async submit(): Promise<void> {
      if (outbox === null) return;
      if (mode?.kind !== "edit") {
        setMode(null);
        await outbox.send(
          address,
          draft.text,
          mode === null ? {} : { reply_to: mode.message.uuid },
        );
        return;
      }
      const { message_uuid, client_id } = mode;
      const message = normalizeText(mode.text);
      setMode(null);
      if (message === mode.before) return;
      await outbox.change(
        { message_group_uuid, message_uuid, client_id },
        { kind: "edit", message },
      );
      announce.polite("Edit saved");
    },
  };
}
