import type { RecoveryCode, SecondFactorSecret } from "@cruddur/contract/accounts";
import { useState } from "react";
import { useSession } from "../../../lib/session.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { AuthForm } from "../../auth/auth-form.tsx";
import { SecondFactorField } from "../../auth/second-factor-field.tsx";
import { ProofDialog } from "./proof-dialog.tsx";
import { QrCode } from "./qr-code.tsx";
import styles from "./security-section.module.css";

/** Three steps: the password, a code of the authenticator app, and the recovery code to keep. */
export function SecondFactorDialog({ onClose }: { onClose(): void }) {
  const { callAccount } = useSession();
  const [started, setStarted] = useState<(SecondFactorSecret & { password: string }) | null>(null);
  const [recoveryCode, setRecoveryCode] = useState<string | null>(null);

  if (started === null) {
    return (
      <ProofDialog
        hasSecondFactor={false}
        onClose={onClose}
        title="Set up two-step sign-in"
        text="Besides your password, signing in will need a code from an authenticator app on your phone."
        submit="Continue"
        onSubmit={async ({ password }) => {
          const secret = await callAccount<SecondFactorSecret>("POST", "/second-factor", {
            password,
          });
          setStarted({ ...secret, password });
        }}
      />
    );
  }

  if (recoveryCode !== null) {
    return (
      <Dialog title="Keep your recovery code" onClose={onClose}>
        <p className={styles.text}>
          Two-step sign-in is on. If you lose your phone, this code signs you in once and turns
          two-step sign-in off. Write it down: it is not shown again.
        </p>
        <p className={`${styles.secret} ${styles.text}`}>{recoveryCode}</p>
        <Button tone="primary" onClick={onClose}>
          I have kept it
        </Button>
      </Dialog>
    );
  }

  async function confirm({ code }: Record<string, string>): Promise<void> {
    const body = { password: started?.password, code };
    const { recovery_code } = await callAccount<RecoveryCode>(
      "POST",
      "/second-factor/confirm",
      body,
    );
    setRecoveryCode(recovery_code);
  }

  return (
    <Dialog title="Scan this with your app" onClose={onClose}>
      <div className={styles.code}>
        <QrCode text={started.uri} />
        <p>Or type this into the app:</p>
        <p className={styles.secret}>{started.secret.match(/.{1,4}/g)?.join(" ")}</p>
      </div>
      <AuthForm submit="Turn on" onSubmit={confirm}>
        <SecondFactorField hint="The six digits that the app shows now." />
      </AuthForm>
    </Dialog>
  );
}
