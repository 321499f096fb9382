import { useSession } from "../../../lib/session.tsx";
import { usePerson } from "../../../lib/use-person.ts";
import { Button } from "../../../ui/button.tsx";
import { CloseIcon } from "../../../ui/icons.tsx";
import { EditIcon, ReplyIcon } from "../../../ui/message-icons.tsx";
import styles from "./composer-bar.module.css";
import type { ComposerMode } from "./composer-mode.ts";

/** Says above the form that a message is edited or answered, and which one. */
export function ComposerBar({ mode, onLeave }: { mode: ComposerMode; onLeave(): void }) {
  const isEdit = mode.kind === "edit";
  return (
    <div className={styles.bar}>
      {isEdit ? <EditIcon /> : <ReplyIcon />}
      <div className={styles.text}>
        {isEdit ? <b>Editing</b> : <ReplyTitle message={mode.message} />}
        <p dir="auto">{isEdit ? mode.before : mode.message.message}</p>
      </div>
      <Button
        tone="plain"
        iconOnly
        aria-label={isEdit ? "Stop editing" : "Don't reply"}
        title="Escape"
        onClick={onLeave}
      >
        <CloseIcon />
      </Button>
    </div>
  );
}

function ReplyTitle({ message }: { message: Extract<ComposerMode, { kind: "reply" }>["message"] }) {
  const { user } = useSession();
  const { display_name } = usePerson(message);
  return (
    <b>Replying to {message.user_uuid === user.uuid ? "yourself" : <bdi>{display_name}</bdi>}</b>
  );
}
