import type { AccountProof } from "@cruddur/contract/accounts";
import type { ReactNode } from "react";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { AuthForm } from "../../auth/auth-form.tsx";
import { SecondFactorField } from "../../auth/second-factor-field.tsx";
import styles from "./security-section.module.css";

/** Asks for the password, and for a code where the account has a second factor, before a change. */
export function ProofDialog(props: {
  title: string;
  text?: string;
  submit: string;
  /** `danger` for what cannot be taken back. */
  tone?: "danger";
  hasSecondFactor: boolean;
  /** Further fields, above the password. */
  children?: ReactNode;
  onSubmit(fields: AccountProof & Record<string, string>): Promise<void>;
  onClose(): void;
}) {
  const { title, text, submit, tone, hasSecondFactor, children, onSubmit, onClose } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      {text !== undefined && <p className={styles.text}>{text}</p>}
      <AuthForm
        submit={submit}
        {...(tone && { tone })}
        onSubmit={({ password = "", ...fields }) => onSubmit({ ...fields, password })}
      >
        {children}
        <Field
          label="Your current password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        {hasSecondFactor && <SecondFactorField />}
      </AuthForm>
    </Dialog>
  );
}
