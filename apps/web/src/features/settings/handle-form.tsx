import { type SubmitEvent, useState } from "react";
import { describeError } from "../../lib/errors.ts";
import { useSession } from "../../lib/session.tsx";
import { trpc } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { showToast } from "../../ui/toasts.tsx";
import styles from "./settings-page.module.css";

/** Changes the handle. The old handle leads to the person for another 90 days. */
export function HandleForm() {
  const { user, setUser } = useSession();
  const [typed, setTyped] = useState(user.handle);
  const change = trpc.users.changeHandle.useMutation();
  const handle = typed.trim().replace(/^@/, "");
  const isChanged = handle !== "" && handle !== user.handle;

  function save(event: SubmitEvent): void {
    event.preventDefault();
    if (!isChanged || change.isPending) return;
    change.mutate(
      { handle },
      {
        onSuccess: (saved) => {
          setUser(saved);
          setTyped(saved.handle);
          showToast({ text: `Your handle is now @${saved.handle}.` });
        },
      },
    );
  }

  return (
    <form className={styles.section} onSubmit={save}>
      <Field
        label="Handle"
        hint="You can change it once a week. For 90 days, the old one still leads to you."
        value={typed}
        error={change.error && describeError(change.error)}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        onChange={(event) => setTyped(event.target.value)}
      />
      <div>
        <Button type="submit" tone="primary" busy={change.isPending} disabled={!isChanged}>
          Save handle
        </Button>
      </div>
    </form>
  );
}
