import { type ReactNode, useState } from "react";
import { describeError } from "../../lib/errors.ts";
import { readListsAgain } from "../../lib/inbox-store.ts";
import { getClient, type RouterInputs, trpc } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { showToast } from "../../ui/toasts.tsx";
import styles from "./person-dialogs.module.css";
import type { PersonQuestion } from "./person-question.ts";

interface DialogProps {
  question: PersonQuestion;
  onClose(): void;
}

/** Asks before a person is blocked. */
export function BlockDialog({ question, onClose }: DialogProps) {
  const { user_uuid, display_name } = question;
  const utils = trpc.useUtils();
  async function block(): Promise<void> {
    await getClient().users.block.mutate({ user_uuid });
    await utils.messageGroups.get.invalidate();
    readListsAgain();
    showToast({ text: "Blocked" });
  }
  return (
    <Question title={`Block ${display_name}?`} answer="Block" onAnswer={block} onClose={onClose}>
      <p>
        Neither of you can write to the other, and in groups you no longer see what {display_name}{" "}
        writes. They aren't told. You can unblock them in the settings.
      </p>
    </Question>
  );
}

type Reason = RouterInputs["users"]["report"]["reason"];

const REASONS: readonly { value: Reason; label: string }[] = [
  { value: "spam", label: "Spam" },
  { value: "abuse", label: "Insults or threats" },
  { value: "impersonation", label: "Pretends to be somebody else" },
  { value: "illegal", label: "Something illegal" },
  { value: "other", label: "Something else" },
];

/** Asks why a person, or a message of theirs, is reported. */
export function ReportDialog({ question, onClose }: DialogProps) {
  const { user_uuid, display_name, message_group_uuid, message_uuid } = question;
  const [reason, setReason] = useState<Reason>("spam");
  const isMessage = message_uuid !== undefined;
  async function report(): Promise<void> {
    await getClient().users.report.mutate({
      ...{ user_uuid, message_group_uuid, message_uuid, reason },
    });
    showToast({ text: "Thank you. The operators will look at your report." });
  }
  return (
    <Question
      title={isMessage ? `Report this message of ${display_name}?` : `Report ${display_name}?`}
      answer="Report"
      onAnswer={report}
      onClose={onClose}
    >
      <Choice<Reason> label="Why?" options={REASONS} value={reason} onChange={setReason} />
      <p>
        {message_group_uuid !== undefined &&
          `The operators see what ${display_name} last wrote to you, and nothing that you wrote. `}
        {display_name} isn't told.
      </p>
    </Question>
  );
}

function Question(props: {
  title: string;
  answer: string;
  onAnswer(): Promise<void>;
  onClose(): void;
  children: ReactNode;
}) {
  const { title, answer, onAnswer, onClose, children } = props;
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  async function submit(): Promise<void> {
    setBusy(true);
    try {
      await onAnswer();
      onClose();
    } catch (error) {
      setProblem(describeError(error));
      setBusy(false);
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button tone="danger" busy={isBusy} onClick={() => void submit()}>
          {answer}
        </Button>
      </div>
    </Dialog>
  );
}
