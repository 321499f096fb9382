import { Link, useLocation } from "wouter";
import { request } from "../../lib/http.ts";
import { usePageTitle } from "../../lib/page-title.ts";
import { paths } from "../../lib/routes.ts";
import { Field } from "../../ui/field.tsx";
import { AuthForm } from "./auth-form.tsx";
import styles from "./auth-pages.module.css";
import { NewPasswordField } from "./new-password-field.tsx";
import { rememberEmail, rememberPassword } from "./sign-up-memory.ts";

export function SignUpPage() {
  usePageTitle("Create an account");
  const [, navigate] = useLocation();

  async function signUp(fields: Record<string, string>): Promise<void> {
    const { handle } = await request<{ handle: string }>("POST", "/account", { body: fields });
    rememberPassword(handle, fields.password ?? "");
    rememberEmail(handle, fields.email ?? "");
    navigate(paths.confirm({ handle }));
  }

  return (
    <>
      <h1 className={styles.title}>Create an account</h1>
      <p className={styles.lead}>People find you by your name and handle.</p>
      <AuthForm submit="Create account" onSubmit={signUp}>
        <Field label="Name" name="display_name" autoComplete="name" maxLength={120} required />
        <Field
          label="Handle"
          name="handle"
          hint="2 to 30 letters, digits, dots, dashes or underscores. You can change it later."
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={30}
          required
        />
        <Field label="Email" name="email" type="email" autoComplete="email" required />
        <NewPasswordField label="Password" />
      </AuthForm>
      <div className={styles.links}>
        <Link href={paths.signIn()}>I already have an account</Link>
      </div>
    </>
  );
}
