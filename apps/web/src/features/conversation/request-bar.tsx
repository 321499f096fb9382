import { REQUEST_MAX_MESSAGES } from "@cruddur/contract/limits";
import type { MessageGroup } from "@cruddur/contract/message-groups";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { describeError } from "../../lib/errors.ts";
import { addOwnView, readListsAgain } from "../../lib/inbox-store.ts";
import { getClient, trpc } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { askAboutPerson } from "../people/person-question.ts";
import styles from "./request-bar.module.css";

/**
 * The line above the composer while a request isn't accepted, or in its place while the other person
 * is blocked.
 * @param props.id of the text that says how many messages are left
 * @param props.left how many messages can be written before the other person answers; null without a limit
 * @param props.onAnswered called when the line has gone, together with the button that had the focus
 */
export function RequestBar(props: {
  id: string;
  messageGroup: MessageGroup;
  left: number | null;
  onAnswered(): void;
}) {
  const { id, messageGroup, left, onAnswered } = props;
  const { uuid: message_group_uuid, user_uuid, display_name, request, blocked } = messageGroup;
  const { requested_by } = messageGroup;
  const utils = trpc.useUtils();
  const [isBusy, setBusy] = useState(false);
  const { messageGroups, users } = getClient();

  const isAsking = blocked || request === "received";
  const wasAsking = useRef(isAsking);
  const giveFocus = useEffectEvent(onAnswered);
  useEffect(() => {
    const isAnswered = wasAsking.current && !isAsking;
    wasAsking.current = isAsking;
    if (isAnswered && document.activeElement === document.body) giveFocus();
  }, [isAsking]);

  async function run(call: () => Promise<MessageGroup | null>): Promise<void> {
    setBusy(true);
    try {
      const changed = await call();
      if (changed !== null) addOwnView(changed);
      await utils.messageGroups.get.invalidate({ message_group_uuid });
      readListsAgain();
    } catch (error) {
      showToast({ tone: "danger", text: describeError(error) });
    } finally {
      setBusy(false);
    }
  }

  if (blocked) {
    return (
      <section className={styles.bar} aria-label="Blocked">
        <p>You have blocked {display_name}. Neither of you can write to the other.</p>
        <Button
          disabled={isBusy}
          onClick={() => void run(() => users.unblock.mutate({ user_uuid }))}
        >
          Unblock
        </Button>
      </section>
    );
  }
  if (left !== null) {
    return (
      <section className={styles.bar} aria-label="Request sent">
        <p id={id} role="status">
          {left === 0
            ? `You can write again as soon as ${display_name} answers.`
            : `${left} of ${REQUEST_MAX_MESSAGES} messages until ${display_name} answers.`}
        </p>
      </section>
    );
  }
  if (request !== "received") return null;
  const stranger = requested_by ?? { uuid: user_uuid, display_name };
  const name = stranger.display_name;
  const about = { user_uuid: stranger.uuid, display_name: name };
  return (
    <section className={styles.bar} aria-label="Request">
      <p>
        {requested_by === null
          ? `You haven't written with ${name} before.`
          : `${name} added you to this group. You haven't written with them before.`}
      </p>
      <Button
        tone="primary"
        disabled={isBusy}
        onClick={() => void run(() => messageGroups.accept.mutate({ message_group_uuid }))}
      >
        Accept
      </Button>
      <Button disabled={isBusy} onClick={() => askAboutPerson({ kind: "block", ...about })}>
        Block
      </Button>
      <Button
        disabled={isBusy}
        onClick={() => askAboutPerson({ kind: "report", ...about, message_group_uuid })}
      >
        Report
      </Button>
    </section>
  );
}
