import type { OwnUser } from "@cruddur/contract/users";
import { useState } from "react";
import { useSession } from "../../../lib/session.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import { AuthForm } from "../../auth/auth-form.tsx";
import { ProofDialog } from "./proof-dialog.tsx";
import styles from "./security-section.module.css";

/** Two steps: request a code for the new address, then enter it. */
export function EmailDialog(props: { hasSecondFactor: boolean; onClose(): void }) {
  const { callAccount, setUser } = useSession();
  const [asked, setAsked] = useState<string | null>(null);

  if (asked === null) {
    return (
      <ProofDialog
        {...props}
        title="Change email"
        text="We send a code to the new address. Until you enter it, nothing changes."
        submit="Send code"
        onSubmit={async (fields) => {
          await callAccount("POST", "/email", fields);
          setAsked(fields.email ?? "");
        }}
      >
        <Field label="New email" name="email" type="email" autoComplete="email" required />
      </ProofDialog>
    );
  }

  async function confirm({ code }: Record<string, string>): Promise<void> {
    setUser(await callAccount<OwnUser>("POST", "/email/confirm", { code }));
    props.onClose();
    showToast({ text: "Your email address was changed." });
  }

  return (
    <Dialog title="Check your email" onClose={props.onClose}>
      <p className={styles.text}>We sent a code to {asked}. It is valid for an hour.</p>
      <AuthForm key="confirm" submit="Change email" onSubmit={confirm}>
        <Field
          label="Code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={32}
          autoFocus
          required
        />
      </AuthForm>
    </Dialog>
  );
}
