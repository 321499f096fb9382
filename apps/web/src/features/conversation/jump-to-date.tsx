import { type FormEvent, useState } from "react";
import { serverNow } from "../../lib/clock.ts";
import { describeError } from "../../lib/errors.ts";
import { timeFormat } from "../../lib/time.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import styles from "./jump-to-date.module.css";

/**
 * A dialog that asks for a day and goes to its first message, or to the first one after it.
 * @param props.onJump called with the start of the day (ISO 8601); false when there is no message
 */
export function JumpToDate(props: { onJump(since: string): Promise<boolean>; onClose(): void }) {
  const [day, setDay] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const today = timeFormat.dayKey(serverNow());

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (day === "") {
      setProblem("Choose a day.");
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      if (await props.onJump(timeFormat.startOfDay(day))) props.onClose();
      else setProblem("There are no messages on or after that day.");
    } catch (error) {
      setProblem(describeError(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title="Jump to date" onClose={props.onClose}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Field
          label="Day"
          type="date"
          max={today}
          value={day}
          error={problem}
          onChange={(event) => setDay(event.target.value)}
        />
        <Button type="submit" tone="primary" busy={isBusy}>
          Go
        </Button>
      </form>
    </Dialog>
  );
}
