import type { Message } from "@cruddur/contract/messages";
import { useContext } from "react";
import { isHiddenSender } from "../../../lib/inbox-store.ts";
import { usePerson } from "../../../lib/use-person.ts";
import { useMessageCommands } from "../actions/message-commands.ts";
import { HiddenSenders } from "../feed/folded-text.tsx";
import { type Parent, useParent } from "./parents.ts";
import styles from "./quote.module.css";

/**
 * The answered message above its answer, as it is today. A click goes there.
 * @param props.loaded the answered message, where it is loaded with the conversation
 */
export function Quote(props: {
  message_group_uuid: string;
  message_uuid: string;
  loaded: Message | null;
}) {
  const { message_group_uuid, message_uuid, loaded } = props;
  const commands = useMessageCommands();
  const { user_uuid } = commands;
  const read = useParent({ user_uuid, message_group_uuid, message_uuid }, loaded === null);
  const parent: Parent = loaded === null ? read : { status: "found", message: loaded };
  if (parent.status === "found") {
    const { message } = parent;
    return (
      <button
        type="button"
        className={styles.quote}
        tabIndex={-1}
        title="Go to this message"
        onClick={() => commands.goTo(message_uuid)}
      >
        <QuotedMessage
          label="In reply to"
          message={message}
          isOwn={message.user_uuid === user_uuid}
        />
      </button>
    );
  }
  return (
    <span className={styles.quote}>
      <span className="visually-hidden">In reply to: </span>
      <i>{WORDS[parent.status]}</i>
    </span>
  );
}

const WORDS = {
  loading: "…",
  failed: "This message couldn't be loaded",
  hidden: "A message that you deleted for yourself",
  not_found: "A message from before you joined",
};

/**
 * A quoted message, folded while its sender is blocked: the message itself can be shown, its quotes not.
 * @param props.label tells screen readers why the message is quoted
 */
export function QuotedMessage(props: { label: string; message: Message; isOwn: boolean }) {
  const { label, message, isOwn } = props;
  const { display_name } = usePerson(message);
  // A link may quote a message of another group than the one that is shown.
  const isHidden = useContext(HiddenSenders).includes(message.user_uuid) || isHiddenSender(message);
  return (
    <>
      <span className="visually-hidden">{label} </span>
      <b dir="auto">{isOwn ? "You" : display_name}</b>
      <span className="visually-hidden">: </span>
      {message.deleted_at !== null ? (
        <i>Deleted message</i>
      ) : isHidden ? (
        <i>Hidden message</i>
      ) : (
        <span dir="auto">{message.message.replaceAll(/\s+/g, " ")}</span>
      )}
    </>
  );
}
