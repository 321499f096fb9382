import type { UserShort } from "@cruddur/contract/users";
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
import { CheckIcon, SendIcon } from "../../../ui/icons.tsx";
import { useMentionSource } from "../../groups/use-mention-source.tsx";
import { onMessageSent } from "../../outbox/outbox.ts";
import type { MessageTarget } from "../../outbox/types.ts";
import { CompletionList } from "./completion/completion-list.tsx";
import { useCompletion } from "./completion/use-completion.ts";
import { useShortcodeSource } from "./completion/use-shortcode-source.tsx";
import { ComposerBar } from "./composer-bar.tsx";
import styles from "./message-form.module.css";
import { measureMessage } from "./message-length.ts";
import { useComposer } from "./use-composer.ts";
import { useSendTyping } from "./use-typing.ts";

const NOBODY: readonly UserShort[] = [];

/**
 * On a touch screen, Enter is the only key for a new line, and the button sends. A device without
 * any pointer has a keyboard, so Enter sends there too.
 */
const sendsOnEnter = () => !matchMedia("(pointer: coarse)").matches;

const hasModifier = (event: KeyboardEvent): boolean =>
  event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;

/**
 * The form in which a message is written. The text is kept as a draft, and a sent message goes
 * through the outbox, so that no failure of the network, the tab or the server loses it.
 * @param props.closedBy id of the text that says why nothing new can be sent; the draft stays, and messages can be edited
 * @param props.onEditLast called on the arrow up in an empty form
 * @param props.onSent called with the message group's uuid when the server has stored a message
 * @param props.label names the receiver, such as "Message to Ana"
 * @param props.people who is offered after an @, for a mention
 */
export function MessageForm(props: {
  target: MessageTarget;
  label?: string;
  closedBy?: string | undefined;
  people?: readonly UserShort[];
  onEditLast?(): void;
  onSent?(message_group_uuid: string): void;
  ref?: Ref<HTMLTextAreaElement>;
}) {
  const { target, label = "Message", people = NOBODY, onEditLast, onSent } = props;
  const id = useId();
  const composer = useComposer(target);
  const { address, mode, text } = composer;
  const closedBy = mode?.kind === "edit" ? undefined : props.closedBy;
  const isClosed = closedBy !== undefined;
  const typing = useSendTyping("message_group_uuid" in target ? target.message_group_uuid : null);
  const sources = [useMentionSource(people), useShortcodeSource()];
  const completion = useCompletion({ sources, setText: composer.setText });
  const [problem, setProblem] = useState<string | null>(null);
  // With a long text on a slow device, counting may follow typing a frame later.
  const length = measureMessage(useDeferredValue(text));
  const latestOnSent = useRef(onSent);
  latestOnSent.current = onSent;

  useEffect(
    () =>
      onMessageSent((message) => {
        if (message.message_group_uuid === address.message_group_uuid) {
          latestOnSent.current?.(message.message_group_uuid);
        }
      }),
    [address.message_group_uuid],
  );

  async function send(): Promise<void> {
    // A second Enter in the field that the first has emptied asks for nothing.
    if (isClosed) return;
    if (text.trim() === "" && composer.mode?.kind !== "edit") return;
    const found = measureMessage(text).problem;
    setProblem(found);
    if (found !== null || !composer.isOpen) return;
    typing.onSend();
    try {
      await composer.submit();
    } catch {
      setProblem("This browser couldn't save the message. Try again.");
    }
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    void send();
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (completion.onKeyDown(event)) return;
    // In an input method, Enter chooses a word. Safari reports this by the key code only.
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key === "Escape" && mode !== null && !isComposing) {
      event.preventDefault();
      composer.leave();
    } else if (event.key === "ArrowUp" && !hasModifier(event) && mode === null && text === "") {
      event.preventDefault();
      onEditLast?.();
    }
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    const isForced = event.ctrlKey || event.metaKey;
    if (!isForced && !sendsOnEnter()) return;
    event.preventDefault();
    void send();
  }

  const sendLabel = mode?.kind === "edit" ? "Save" : "Send";
  const isTooLong = length.problem !== null && length.isShown;
  const shownProblem = isTooLong ? length.problem : text === "" ? problem : null;
  return (
    <form className={styles.form} onSubmit={onSubmit}>
      {mode !== null && <ComposerBar mode={mode} onLeave={composer.leave} />}
      <CompletionList completion={completion} />
      <div className={isClosed ? styles.closed : styles.box}>
        {/* This copy of the text gives the field its height, without measuring. */}
        <div className={styles.grow} data-text={`${text}\u200b`}>
          <textarea
            ref={props.ref}
            className={styles.text}
            rows={1}
            value={text}
            // A disabled field would lose the focus.
            readOnly={isClosed}
            placeholder={label}
            aria-label={mode?.kind === "edit" ? "Edit message" : label}
            aria-describedby={`${closedBy ?? ""} ${id}-count ${id}-problem`.trim()}
            aria-invalid={isTooLong || undefined}
            enterKeyHint={sendsOnEnter() ? "send" : "enter"}
            dir="auto"
            onChange={(event) => {
              setProblem(null);
              composer.setText(event.target.value);
              if (mode?.kind !== "edit" && event.target.value.trim() !== "") typing.onInput();
              completion.update(event.target);
            }}
            onSelect={(event) => completion.update(event.currentTarget)}
            onKeyDown={onKeyDown}
            {...completion.fieldProps}
            onFocus={() => composer.setFocused(true)}
            onBlur={() => {
              composer.setFocused(false);
              completion.close();
            }}
          />
        </div>
        <button
          type="submit"
          className={styles.send}
          aria-label={sendLabel}
          title={length.problem ?? (sendsOnEnter() ? `${sendLabel} (Enter)` : sendLabel)}
          aria-disabled={isClosed || length.problem !== null || undefined}
          aria-describedby={closedBy ?? `${id}-problem`}
          // The focus stays in the field, so that a phone's keyboard stays open.
          onMouseDown={(event) => event.preventDefault()}
        >
          {mode?.kind === "edit" ? <CheckIcon /> : <SendIcon />}
        </button>
      </div>
      <div className={styles.notes}>
        <p id={`${id}-problem`} className={styles.problem}>
          {shownProblem}
        </p>
        {!composer.isDurable && (
          <p>This browser can't save unsent messages. Keep the page open until they are sent.</p>
        )}
        <p id={`${id}-count`} className={length.isShown ? styles.count : "visually-hidden"}>
          <span aria-hidden="true">{length.left}</span>
          <span className="visually-hidden">{length.text}</span>
        </p>
      </div>
    </form>
  );
}
