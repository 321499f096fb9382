import type { UserShort } from "@cruddur/contract/users";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { EmojiDialog } from "./emoji-dialog.tsx";
import type { MessageCommands, MessageQuestion } from "./message-commands.ts";
import styles from "./message-questions.module.css";
import { namesOf } from "./reaction-names.ts";

type Members = readonly Pick<UserShort, "uuid" | "display_name">[];

/** The dialog about one message: which emoji, who reacted, or whether to delete it. */
export function MessageQuestions(props: {
  question: MessageQuestion;
  commands: MessageCommands;
  members: Members;
  onClose(): void;
}) {
  const { question, commands, members, onClose } = props;
  const { kind, row } = question;
  switch (kind) {
    case "emoji":
      return (
        <EmojiDialog
          onClose={onClose}
          onChoose={(emoji) => {
            onClose();
            commands.toggleReaction(row, emoji);
          }}
        />
      );
    case "reactions":
      return <Reactions {...props} />;
    case "delete":
    case "hide": {
      const isHide = kind === "hide";
      return (
        <Dialog title={isHide ? "Delete for me?" : "Delete message?"} onClose={onClose}>
          <p className={styles.text} dir="auto">
            {row.text}
          </p>
          <p>{explain(question, members)}</p>
          <div className={styles.buttons}>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              tone="danger"
              onClick={() => {
                onClose();
                if (isHide) commands.hide(row);
                else commands.remove(row);
              }}
            >
              {isHide ? "Delete for me" : "Delete"}
            </Button>
          </div>
        </Dialog>
      );
    }
  }
}

function explain({ kind, row }: MessageQuestion, members: Members): string {
  if (kind === "hide") {
    return "It disappears from all your devices. Everybody else still sees it.";
  }
  if (row.pending !== null) return "It isn't sent yet.";
  return `It is deleted for ${members.length > 2 ? "everyone" : "both of you"}. A note that a message was deleted stays.`;
}

function Reactions({
  question,
  commands,
  members,
  onClose,
}: Parameters<typeof MessageQuestions>[0]) {
  const reactions = question.row.message?.reactions ?? [];
  return (
    <Dialog title="Reactions" onClose={onClose}>
      <ul className={styles.reactions}>
        {reactions.map(({ emoji, user_uuids }) => (
          <li key={emoji}>
            <span>{emoji}</span>
            <bdi>{namesOf(user_uuids, members, commands.user_uuid)}</bdi>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
