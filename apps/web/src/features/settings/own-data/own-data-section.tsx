import { useState } from "react";
import { describeError } from "../../../lib/errors.ts";
import { trpc } from "../../../lib/trpc.ts";
import { Button } from "../../../ui/button.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import styles from "../settings-page.module.css";
import { EraseDialog, ExportDialog } from "./own-data-dialogs.tsx";
import { formatDay, useKeepAccount } from "./pending-erasure.tsx";

/** Everything that is the person's own: to take along, and to erase. */
export default function OwnDataSection() {
  const [open, setOpen] = useState<"export" | "erase" | null>(null);
  const erasure = trpc.users.erasure.useQuery();
  const security = trpc.users.security.useQuery();
  const keep = useKeepAccount();
  const dialog = {
    hasSecondFactor: security.data?.second_factor ?? false,
    onClose: () => {
      setOpen(null);
      void erasure.refetch();
    },
  };
  return (
    <section className={styles.section} aria-labelledby="own-data">
      <h2 id="own-data">Your data</h2>
      <p className={styles.muted}>
        Download your profile, settings, conversations and messages as one file, or have your
        account erased with everything that you wrote.
      </p>
      {erasure.isPending && <Skeleton width="60%" height={20} />}
      {erasure.error && (
        <p className={styles.muted} role="alert">
          {describeError(erasure.error)}{" "}
          <Button onClick={() => void erasure.refetch()}>Try again</Button>
        </p>
      )}
      {erasure.data && <p>Your account will be erased on {formatDay(erasure.data.due_at)}.</p>}
      <div className={styles.actions}>
        <Button onClick={() => setOpen("export")}>Download your data</Button>
        {erasure.data && (
          <Button tone="primary" busy={keep.isBusy} onClick={keep.keepAccount}>
            Keep my account
          </Button>
        )}
        {erasure.data === null && (
          <Button tone="danger" onClick={() => setOpen("erase")}>
            Erase your account
          </Button>
        )}
      </div>
      {open === "export" && <ExportDialog {...dialog} />}
      {open === "erase" && <EraseDialog {...dialog} />}
    </section>
  );
}
