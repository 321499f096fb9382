import { useState } from "react";
import { describeError } from "../../../lib/errors.ts";
import { useSession } from "../../../lib/session.tsx";
import { pickEnglishLocale } from "../../../lib/time.ts";
import { trpc } from "../../../lib/trpc.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import settings from "../settings-page.module.css";

/** A day in words, such as "2 December 2026". */
export function formatDay(time: string): string {
  const locale = pickEnglishLocale(navigator.languages);
  return new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format(new Date(time));
}

/** Undoes the erasure that the person asked for. */
export function useKeepAccount(onKept = () => {}) {
  const { callAccount } = useSession();
  const utils = trpc.useUtils();
  const [isBusy, setBusy] = useState(false);

  async function keepAccount(): Promise<void> {
    setBusy(true);
    try {
      await callAccount("DELETE", "/erasure", {});
      utils.users.erasure.setData(undefined, null);
      showToast({ text: "Your account stays." });
      onKept();
    } catch (error) {
      showToast({ tone: "danger", text: describeError(error) });
    } finally {
      setBusy(false);
    }
  }
  return { isBusy, keepAccount: () => void keepAccount() };
}

/** Reminds somebody who has just signed in that their account will be erased. */
export default function PendingErasure() {
  const [isClosed, setClosed] = useState(false);
  const erasure = trpc.users.erasure.useQuery();
  const close = () => setClosed(true);
  const { isBusy, keepAccount } = useKeepAccount(close);
  if (isClosed || !erasure.data) return null;
  return (
    <Dialog title="Your account will be erased" onClose={close}>
      <p>
        You asked for it. On {formatDay(erasure.data.due_at)}, your account is erased with
        everything that you wrote.
      </p>
      <div className={settings.actions}>
        <Button tone="primary" busy={isBusy} data-autofocus onClick={keepAccount}>
          Keep my account
        </Button>
        <Button onClick={close}>Erase it as planned</Button>
      </div>
    </Dialog>
  );
}
