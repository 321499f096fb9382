import { useState } from "react";
import { Link, useLocation } from "wouter";
import { failureCode } from "../../lib/errors.ts";
import { usePageTitle } from "../../lib/page-title.ts";
import { paths } from "../../lib/routes.ts";
import { useSessionState } from "../../lib/session.tsx";
import { Field } from "../../ui/field.tsx";
import { AuthForm } from "./auth-form.tsx";
import styles from "./auth-pages.module.css";
import { PasskeyButton } from "./passkey-button.tsx";
import { SecondFactorField } from "./second-factor-field.tsx";
import { rememberPassword } from "./sign-up-memory.ts";

/** Signs a person in. The session gate then leads back to where the person was. */
export function SignInPage(props: { handle: string | null; next: string | null }) {
  usePageTitle("Sign in");
  const { state, store } = useSessionState();
  const [, navigate] = useLocation();
  const [handle, setHandle] = useState(props.handle ?? "");
  const [needsCode, setNeedsCode] = useState(false);
  const isExpired = state.status === "signed_out" && state.reason === "expired";

  async function signIn(fields: Record<string, string>): Promise<void> {
    const { password = "", code } = fields;
    try {
      await store.signIn({ handle, password, code });
    } catch (error) {
      const reason = failureCode(error);
      if (reason === "user_not_confirmed") {
        rememberPassword(handle, password);
        navigate(paths.confirm({ handle }));
      } else if (reason === "second_factor_required" && !needsCode) setNeedsCode(true);
      else throw error;
    }
  }

  return (
    <>
      <h1 className={styles.title}>Sign in</h1>
      <p className={styles.lead}>Welcome back.</p>
      {isExpired && (
        <p className={styles.note}>Your session ended. Sign in to continue where you were.</p>
      )}
      <AuthForm submit="Sign in" onSubmit={signIn}>
        <Field
          label="Handle or email"
          name="handle"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={handle}
          onChange={(event) => setHandle(event.target.value)}
          required
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        {needsCode && (
          <SecondFactorField hint="Six digits from your authenticator app, or your recovery code." />
        )}
      </AuthForm>
      <PasskeyButton handle={handle} />
      <div className={styles.links}>
        <Link href={paths.signUp()}>Create an account</Link>
        <Link href={paths.forgot({ handle, next: props.next ?? undefined })}>
          Forgot your password?
        </Link>
      </div>
    </>
  );
}
