import { useState } from "react";
import { Link, useLocation } from "wouter";
import { describeError } from "../../lib/errors.ts";
import { request } from "../../lib/http.ts";
import { usePageTitle } from "../../lib/page-title.ts";
import { paths } from "../../lib/routes.ts";
import { useSessionState } from "../../lib/session.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { AuthForm } from "./auth-form.tsx";
import styles from "./auth-pages.module.css";
import { rememberedEmail, takePassword } from "./sign-up-memory.ts";

export function ConfirmPage({ handle: known }: { handle: string | null }) {
  usePageTitle("Confirm your account");
  const [, navigate] = useLocation();
  const { store } = useSessionState();
  const email = rememberedEmail(known ?? "");
  const [handle, setHandle] = useState(known ?? "");

  async function confirm({ code }: Record<string, string>): Promise<void> {
    await request("POST", "/account/confirm", { body: { handle, code } });
    showToast({ text: "Your account is ready." });
    const password = takePassword(handle);
    if (password !== null) {
      // The session gate then leads to the inbox.
      const isSignedIn = await store.signIn({ handle, password }).then(
        () => true,
        () => false,
      );
      if (isSignedIn) return;
    }
    navigate(paths.signIn({ handle }));
  }

  async function resend(): Promise<void> {
    try {
      await request("POST", "/account/resend", { body: { handle } });
      showToast({ text: "We sent you a new code." });
    } catch (error) {
      showToast({ tone: "danger", text: describeError(error) });
    }
  }

  return (
    <>
      <h1 className={styles.title}>Check your email</h1>
      <p className={styles.lead}>
        {email === null ? "We sent you a code by email." : `We sent a code to ${email}.`} Enter it
        to confirm your account.
      </p>
      <AuthForm submit="Confirm" onSubmit={confirm}>
        {known === null && (
          <Field
            label="Handle"
            name="handle"
            autoComplete="username"
            autoCapitalize="none"
            required
            value={handle}
            onChange={(event) => setHandle(event.target.value)}
          />
        )}
        <Field
          label="Code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={32}
          required
        />
      </AuthForm>
      <div className={styles.links}>
        <Button tone="plain" onClick={() => void resend()} disabled={handle.trim() === ""}>
          Send another code
        </Button>
        <Link href={paths.signIn({ handle })}>Back to sign in</Link>
      </div>
    </>
  );
}
