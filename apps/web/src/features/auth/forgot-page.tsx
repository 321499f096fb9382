import { useState } from "react";
import { Link, useLocation } from "wouter";
import { request } from "../../lib/http.ts";
import { usePageTitle } from "../../lib/page-title.ts";
import { paths } from "../../lib/routes.ts";
import { Field } from "../../ui/field.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { AuthForm } from "./auth-form.tsx";
import styles from "./auth-pages.module.css";
import { NewPasswordField } from "./new-password-field.tsx";

/** Two steps: request a code, then choose a new password with it. */
export function ForgotPage(props: {
  handle: string | null;
  next: string | null;
  isCodeSent: boolean;
}) {
  const [handle, setHandle] = useState(props.handle ?? "");
  // The step is in the address, so that a reload while the mail arrives stays on it.
  const asked = props.isCodeSent ? props.handle : null;
  const back = { handle, next: props.next ?? undefined };
  usePageTitle(asked === null ? "Forgotten password" : "New password");
  const [, navigate] = useLocation();

  async function ask(): Promise<void> {
    await request("POST", "/account/forgot", { body: { handle } });
    navigate(paths.forgot({ ...back, step: "code" }), { replace: true });
  }

  async function reset({ code, password }: Record<string, string>): Promise<void> {
    await request("POST", "/account/reset", { body: { handle: asked, code, password } });
    showToast({ text: "Your password was changed. Sign in with the new one." });
    navigate(paths.signIn(back));
  }

  return (
    <>
      <h1 className={styles.title}>{asked === null ? "Forgotten password" : "New password"}</h1>
      <p className={styles.lead}>
        {asked === null
          ? "We send you a code by email. With it you can choose a new password."
          : "If the account exists, we sent a code to its email address."}
      </p>
      {asked === null ? (
        <AuthForm key="ask" submit="Send code" onSubmit={ask}>
          <Field
            label="Handle or email"
            name="handle"
            value={handle}
            onChange={(event) => setHandle(event.target.value)}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
        </AuthForm>
      ) : (
        <AuthForm key="reset" submit="Change password" onSubmit={reset}>
          <Field
            label="Code"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={32}
            required
          />
          <NewPasswordField label="New password" />
        </AuthForm>
      )}
      <div className={styles.links}>
        <Link href={paths.signIn(back)}>Back to sign in</Link>
      </div>
    </>
  );
}
