import type { PasskeyRegistration } from "@cruddur/contract/passkeys";
import type { PasskeyItem } from "@cruddur/contract/users";
import { useState } from "react";
import { createPasskey, hasPasskeys } from "../../../lib/passkeys.ts";
import { useSession } from "../../../lib/session.tsx";
import { Button } from "../../../ui/button.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import settings from "../settings-page.module.css";
import { describeDevice } from "./describe-device.ts";
import { ProofDialog } from "./proof-dialog.tsx";

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const day = (time: string) => DAY.format(new Date(time));

/** The passkeys that sign the person in. Adding and removing one needs the password. */
export function Passkeys(props: {
  passkeys: readonly PasskeyItem[];
  hasSecondFactor: boolean;
  onChanged(): void;
}) {
  const { passkeys, hasSecondFactor, onChanged } = props;
  const { callAccount } = useSession();
  const [open, setOpen] = useState<"add" | PasskeyItem | null>(null);

  function close(text?: string): void {
    setOpen(null);
    onChanged();
    if (text !== undefined) showToast({ text });
  }

  return (
    <section className={settings.section} aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <p className={settings.muted}>
        A passkey signs you in with your fingerprint, your face or the lock of your screen.
      </p>
      {passkeys.length > 0 && (
        <ul className={settings.list}>
          {passkeys.map((passkey) => (
            <li key={passkey.uuid} className={settings.row}>
              <div className={settings.who}>
                <p className={settings.label}>{describeDevice(passkey.device)}</p>
                <p className={settings.muted}>
                  {`Added ${day(passkey.created_at)} · `}
                  {passkey.last_used_at ? `last used ${day(passkey.last_used_at)}` : "never used"}
                </p>
              </div>
              <Button
                aria-label={`Remove the passkey of ${describeDevice(passkey.device)}`}
                onClick={() => setOpen(passkey)}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      {hasPasskeys() && (
        <div className={settings.actions}>
          <Button onClick={() => setOpen("add")}>Add a passkey</Button>
        </div>
      )}
      {open === "add" && (
        <ProofDialog
          hasSecondFactor={hasSecondFactor}
          title="Add a passkey"
          text="Your browser then asks where to keep it."
          submit="Continue"
          onClose={close}
          onSubmit={async (proof) => {
            const started = await callAccount<PasskeyRegistration>("POST", "/passkeys", proof);
            const credential = await createPasskey(started);
            const { registration } = started;
            await callAccount("POST", "/passkeys/confirm", { registration, credential });
            close("The passkey was added.");
          }}
        />
      )}
      {open !== null && open !== "add" && (
        <ProofDialog
          hasSecondFactor={hasSecondFactor}
          title="Remove this passkey?"
          text="It will sign nobody in any more. You may also want to delete it where it is kept."
          submit="Remove"
          onClose={close}
          onSubmit={async (proof) => {
            const body = { ...proof, passkey_uuid: open.uuid };
            await callAccount("DELETE", "/passkeys", body);
            close("The passkey was removed.");
          }}
        />
      )}
    </section>
  );
}
