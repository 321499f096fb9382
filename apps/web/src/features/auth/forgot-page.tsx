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
export function ForgotPage({ handle: known }: { handle: string | null }) {
  const [asked, setAsked] = useState<string | null>(null);
  usePageTitle(asked === null ? "Forgotten password" : "New password");
  const [, navigate] = useLocation();

  async function ask({ handle = "" }: Record<string, string>): Promise<void> {
    await request("POST", "/account/forgot", { body: { handle } });
    setAsked(handle);
  }

  async function reset({ code, password }: Record<string, string>): Promise<void> {
    await request("POST", "/account/reset", { body: { handle: asked, code, password } });
    showToast({ text: "Your password was changed. Sign in with the new one." });
    navigate(paths.signIn());
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
            defaultValue={known ?? ""}
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
        <Link href={paths.signIn()}>Back to sign in</Link>
      </div>
    </>
  );
}
