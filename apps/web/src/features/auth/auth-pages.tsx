import { Link } from "wouter";
import { paths, type Route } from "../../lib/routes.ts";
import styles from "./auth-pages.module.css";
import { ConfirmPage } from "./confirm-page.tsx";
import { ForgotPage } from "./forgot-page.tsx";
import { SignInPage } from "./sign-in-page.tsx";
import { SignUpPage } from "./sign-up-page.tsx";

type AuthRoute = Extract<Route, { page: "sign_in" | "sign_up" | "confirm" | "forgot" }>;

/** The pages for people who are not signed in. */
export default function AuthPages({ route }: { route: AuthRoute }) {
  return (
    <main className={styles.frame}>
      <div className={styles.card}>
        <Link href={paths.signIn()} className={styles.brand}>
          <img src="/favicon.svg" alt="" width="40" height="40" />
          Cruddur Messages
        </Link>
        <Page route={route} />
      </div>
    </main>
  );
}

function Page({ route }: { route: AuthRoute }) {
  switch (route.page) {
    case "sign_in":
      return <SignInPage handle={route.handle} next={route.next} />;
    case "sign_up":
      return <SignUpPage />;
    case "confirm":
      return <ConfirmPage handle={route.handle} />;
    case "forgot":
      return <ForgotPage {...route} />;
  }
}
