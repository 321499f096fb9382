import type { PasskeyChallenge } from "@cruddur/contract/passkeys";
import { useState } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { describeError } from "../../lib/errors.ts";
import { request } from "../../lib/http.ts";
import { hasPasskeys, signWithPasskey } from "../../lib/passkeys.ts";
import { useSessionState } from "../../lib/session.tsx";
import { Button } from "../../ui/button.tsx";
import styles from "./auth-pages.module.css";

/** Signs in with a passkey of the account whose handle is in the form. Absent in older browsers. */
export function PasskeyButton({ handle }: { handle: string }) {
  const { store } = useSessionState();
  const { assertive } = useAnnounce();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  if (!hasPasskeys()) return null;

  async function signIn(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const body = { handle };
      const challenge = await request<PasskeyChallenge>("POST", "/session/passkey", { body });
      const credential = await signWithPasskey(challenge);
      const { session } = challenge;
      await store.signIn({ handle, session, credential }, "/session/passkey/confirm");
    } catch (error) {
      fail(describeError(error));
    } finally {
      setBusy(false);
    }
  }

  function fail(sentence: string): void {
    setProblem(sentence);
    assertive(sentence);
  }

  return (
    <div className={styles.passkey}>
      {problem !== null && <p className={styles.problem}>{problem}</p>}
      <Button
        busy={isBusy}
        onClick={() =>
          handle.trim() === "" ? fail("Enter your handle or email first.") : void signIn()
        }
      >
        Sign in with a passkey
      </Button>
    </div>
  );
}
