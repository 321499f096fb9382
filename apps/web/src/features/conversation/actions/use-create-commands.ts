import { useMemo, useRef, useState } from "react";
import { useAnnounce } from "../../../lib/announcer.tsx";
import { serverNow } from "../../../lib/clock.ts";
import { useSession } from "../../../lib/session.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import type { MessageChange } from "../../outbox/types.ts";
import { useOutbox } from "../../outbox/use-outbox.ts";
import { setComposerMode } from "../composer/composer-mode.ts";
import type { MessageRow } from "../feed/feed-rows.ts";
import type { MessageCommands, MessageQuestion } from "./message-commands.ts";
import { actionsOn } from "./message-rules.ts";

/**
 * Creates the commands of one conversation, and holds the question that is open.
 * @param options.focusComposer called when the composer has something to do, or a message is gone
 * @param options.goTo see MessageCommands
 */
export function useCreateCommands(options: {
  message_group_uuid: string;
  /** The person owns the group, and so can delete anyone's message. */
  isOwner?: boolean | undefined;
  /** The person has blocked the other one. */
  isBlocked?: boolean | undefined;
  focusComposer(): void;
  goTo(message_uuid: string): void;
}) {
  const { message_group_uuid } = options;
  const { user } = useSession();
  const outbox = useOutbox();
  const announce = useAnnounce();
  const [question, setQuestion] = useState<MessageQuestion | null>(null);
  const latest = useRef({ ...options, outbox, announce });
  latest.current = { ...options, outbox, announce };

  const commands = useMemo((): MessageCommands => {
    const focusComposer = () => latest.current.focusComposer();

    function change({ message, pending }: MessageRow, made: MessageChange, done: string): void {
      const {
        outbox: open,
        announce: { polite },
      } = latest.current;
      const client_id = (message ?? pending)?.client_id;
      if (open === null || client_id === undefined) return;
      open
        .change({ message_group_uuid, message_uuid: message?.uuid ?? null, client_id }, made)
        .then(() => polite(done))
        .catch(() => {
          showToast({ tone: "danger", text: "This browser couldn't save the change. Try again." });
        });
    }

    return {
      user_uuid: user.uuid,
      actionsOn: (row) =>
        actionsOn(row, {
          user_uuid: user.uuid,
          nowMs: serverNow(),
          isOwner: latest.current.isOwner === true,
          isBlocked: latest.current.isBlocked === true,
        }),
      reply({ message }) {
        if (message === null) return;
        setComposerMode(user.uuid, message_group_uuid, { kind: "reply", message });
        focusComposer();
      },
      edit({ message, pending, text }) {
        const client_id = (message ?? pending)?.client_id;
        if (client_id === undefined) return;
        const message_uuid = message?.uuid ?? null;
        setComposerMode(user.uuid, message_group_uuid, {
          ...{ kind: "edit", message_uuid, client_id, before: text, text },
        });
        focusComposer();
      },
      toggleReaction(row, emoji) {
        const known = row.message?.reactions.find((reaction) => reaction.emoji === emoji);
        if (known?.user_uuids.includes(user.uuid)) {
          change(row, { kind: "unreact", emoji }, `Took ${emoji} off`);
        } else change(row, { kind: "react", emoji }, `Reacted with ${emoji}`);
      },
      remove: (row) => change(row, { kind: "delete" }, "Message deleted"),
      hide(row) {
        change(row, { kind: "hide" }, "Message deleted for you");
        focusComposer();
      },
      ask: setQuestion,
      goTo: (message_uuid) => latest.current.goTo(message_uuid),
    };
  }, [user.uuid, message_group_uuid]);
  return { commands, question, closeQuestion: () => setQuestion(null) };
}
