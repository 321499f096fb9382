import {
  type FormEvent,
  type KeyboardEvent,
  type Ref,
  useDeferredValue,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { SendIcon } from "../../../ui/icons.tsx";
import { useDraft, useOutbox, useOutboxAddress } from "../../outbox/hooks.ts";
import { onMessageSent } from "../../outbox/outbox.ts";
import type { MessageTarget } from "../../outbox/types.ts";
import styles from "./message-form.module.css";
import { measureMessage } from "./message-length.ts";
import { useSendTyping } from "./use-typing.ts";

/**
 * Where a message is written. What is typed is kept as a draft; what is sent goes through the
 * outbox, so nothing is lost with the network, the tab or the server.
 * @param props.onSent called with the conversation's uuid once the server has a message of this form
 * @param props.label who it goes to, such as "Message to Ana"
 */
export function MessageForm(props: {
  target: MessageTarget;
  label?: string;
  onSent?(message_group_uuid: string): void;
  ref?: Ref<HTMLTextAreaElement>;
}) {
  const { target, label = "Message", onSent } = props;
  const id = useId();
  const outbox = useOutbox();
  const address = useOutboxAddress(target);
  const draft = useDraft(target);
  const sendTyping = useSendTyping(
    "message_group_uuid" in target ? target.message_group_uuid : null,
  );
  const [problem, setProblem] = useState<string | null>(null);
  // Counting follows typing by a frame where the text is long or the device slow.
  const length = measureMessage(useDeferredValue(draft.text));
  const sentHere = useRef(onSent);
  sentHere.current = onSent;

  useEffect(
    () =>
      onMessageSent((message) => {
        if (message.message_group_uuid === address.message_group_uuid) {
          sentHere.current?.(message.message_group_uuid);
        }
      }),
    [address.message_group_uuid],
  );

  async function send(): Promise<void> {
    const text = draft.text;
    const wrong = measureMessage(text).problem;
    setProblem(wrong);
    if (wrong !== null || outbox === null) return;
    try {
      await outbox.send(address, text);
    } catch {
      setProblem("This browser couldn't keep the message. Try again.");
    }
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    void send();
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    // An input method's Enter chooses a word; Safari reports it by key code alone.
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    void send();
  }

  const isTooLong = length.problem !== null && length.isShown;
  const shownProblem = isTooLong ? length.problem : draft.text === "" ? problem : null;
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      <div className={styles.box}>
        {/* The mirror's text gives the field its height, without measuring. */}
        <div className={styles.grow} data-text={`${draft.text}\u200b`}>
          <textarea
            ref={props.ref}
            className={styles.text}
            rows={1}
            value={draft.text}
            placeholder={label}
            aria-label={label}
            aria-describedby={`${id}-count ${id}-problem`}
            aria-invalid={isTooLong || undefined}
            enterKeyHint="send"
            dir="auto"
            onChange={(event) => {
              setProblem(null);
              draft.setText(event.target.value);
              if (event.target.value.trim() !== "") sendTyping();
            }}
            onKeyDown={onKeyDown}
            onFocus={() => draft.setEditing(true)}
            onBlur={() => draft.setEditing(false)}
          />
        </div>
        <button
          type="submit"
          className={styles.send}
          aria-label="Send"
          title={length.problem ?? "Send (Enter)"}
          aria-disabled={length.problem !== null || undefined}
          aria-describedby={`${id}-problem`}
          // Focus stays in the text, else a phone's keyboard would go away with each message.
          onMouseDown={(event) => event.preventDefault()}
        >
          <SendIcon />
        </button>
      </div>
      <div className={styles.notes}>
        <p id={`${id}-problem`} className={styles.problem}>
          {shownProblem}
        </p>
        {outbox !== null && !outbox.isDurable() && (
          <p>
            Unsent messages can't be kept in this browser. Leave the page open until they are sent.
          </p>
        )}
        <p id={`${id}-count`} className={length.isShown ? styles.count : "visually-hidden"}>
          <span aria-hidden="true">{length.left}</span>
          <span className="visually-hidden">{length.words}</span>
        </p>
      </div>
    </form>
  );
}
