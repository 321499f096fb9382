import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { ReportReason, UserShort } from "@cruddur/contract/users";
import { type SubmitEvent, useState } from "react";
import { describeError, failureCode } from "../../lib/errors.ts";
import { useSession } from "../../lib/session.tsx";
import { getClient } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { showToast } from "../../ui/toasts.tsx";
import styles from "./profile.module.css";

const REASONS: readonly { value: ReportReason; label: string }[] = [
  { value: "spam", label: "Spam" },
  { value: "abuse", label: "Abuse" },
  { value: "impersonation", label: "Pretends to be somebody else" },
  { value: "illegal", label: "Against the law" },
  { value: "other", label: "Something else" },
];

/** Asks why the person is reported. What they wrote last to the reporter goes with the report. */
export function ReportPerson(props: { person: UserShort; onDone(): void }) {
  const { person, onDone } = props;
  const { user } = useSession();
  const [reason, setReason] = useState<ReportReason>("spam");
  const [isBusy, setBusy] = useState(false);

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const about = { user_uuid: person.uuid, reason };
    const message_group_uuid = derivePairGroupUuid(user.uuid, person.uuid);
    const { report } = getClient().users;
    try {
      await report.mutate({ ...about, message_group_uuid }).catch((error: unknown) => {
        // Without a conversation there is nothing that they wrote to the reporter.
        if (failureCode(error) !== "not_a_member") throw error;
        return report.mutate(about);
      });
      showToast({ text: "Thank you. The operators will look at your report." });
      onDone();
    } catch (error) {
      showToast({ tone: "danger", text: describeError(error) });
      setBusy(false);
    }
  }

  return (
    <form className={styles.form} onSubmit={send}>
      <Choice<ReportReason>
        label={`Why do you report ${person.display_name}?`}
        options={REASONS}
        value={reason}
        onChange={setReason}
      />
      <p className={styles.meta}>
        The operators see who reports, the reason, and what {person.display_name} last wrote to you.
        {` ${person.display_name} is not told.`}
      </p>
      <div className={styles.actions}>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" tone="danger" busy={isBusy}>
          Send report
        </Button>
      </div>
    </form>
  );
}
