import { useState } from "react";
import { describeError } from "../../../lib/errors.ts";
import { useSession } from "../../../lib/session.tsx";
import { trpc } from "../../../lib/trpc.ts";
import { Button } from "../../../ui/button.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import settings from "../settings-page.module.css";
import { Devices } from "./devices.tsx";
import { EmailDialog } from "./email-dialog.tsx";
import { Passkeys } from "./passkeys.tsx";
import { PasswordDialog } from "./password-dialog.tsx";
import { ProofDialog } from "./proof-dialog.tsx";
import { SecondFactorDialog } from "./second-factor-dialog.tsx";

type OpenDialog = "password" | "email" | "second_factor_on" | "second_factor_off" | "everywhere";

/** How the person signs in, and where they are signed in. */
export default function SecuritySection() {
  const { user, signOut } = useSession();
  const security = trpc.users.security.useQuery();
  const [open, setOpen] = useState<OpenDialog | null>(null);
  const hasSecondFactor = security.data?.second_factor ?? false;

  const leave = () =>
    void signOut().catch((error) =>
      showToast({ tone: "danger", text: `You are still signed in. ${describeError(error)}` }),
    );

  return (
    <>
      <section className={settings.section} aria-labelledby="security">
        <h2 id="security">Security</h2>
        <Row label="Email" value={user.email}>
          <Button onClick={() => setOpen("email")}>Change email</Button>
        </Row>
        <Row label="Password" value="Changing it signs you out on all other devices.">
          <Button onClick={() => setOpen("password")}>Change password</Button>
        </Row>
        <Row
          label="Two-step sign-in"
          value={
            hasSecondFactor
              ? "On: signing in needs a code from your authenticator app."
              : "Off: your password alone signs you in."
          }
        >
          <Button
            disabled={security.data === undefined}
            onClick={() => setOpen(hasSecondFactor ? "second_factor_off" : "second_factor_on")}
          >
            {hasSecondFactor ? "Turn off" : "Set up"}
          </Button>
        </Row>
      </section>
      <Passkeys
        passkeys={security.data?.passkeys ?? []}
        hasSecondFactor={hasSecondFactor}
        onChanged={() => void security.refetch()}
      />
      <section className={settings.section} aria-labelledby="devices">
        <h2 id="devices">Your devices</h2>
        {security.error && <p className={settings.muted}>{describeError(security.error)}</p>}
        <Devices sessions={security.data?.sessions ?? []} onChanged={() => security.refetch()} />
        <div className={settings.actions}>
          <Button onClick={leave}>Sign out</Button>
          <Button tone="danger" onClick={() => setOpen("everywhere")}>
            Sign out everywhere
          </Button>
        </div>
      </section>
      {open !== null && (
        <SecurityDialog
          open={open}
          hasSecondFactor={hasSecondFactor}
          onClose={() => {
            setOpen(null);
            void security.refetch();
          }}
        />
      )}
    </>
  );
}

function Row(props: { label: string; value: string; children: React.ReactNode }) {
  return (
    <div className={settings.row}>
      <div className={settings.who}>
        <p className={settings.label}>{props.label}</p>
        <p className={settings.muted}>{props.value}</p>
      </div>
      {props.children}
    </div>
  );
}

function SecurityDialog(props: { open: OpenDialog; hasSecondFactor: boolean; onClose(): void }) {
  const { open, ...dialog } = props;
  const { callAccount, signOutEverywhere } = useSession();
  switch (open) {
    case "password":
      return <PasswordDialog {...dialog} />;
    case "email":
      return <EmailDialog {...dialog} />;
    case "second_factor_on":
      return <SecondFactorDialog onClose={dialog.onClose} />;
    case "second_factor_off":
      return (
        <ProofDialog
          {...dialog}
          title="Turn off two-step sign-in?"
          text="Your password alone will sign you in."
          submit="Turn off"
          onSubmit={async (proof) => {
            await callAccount("DELETE", "/second-factor", proof);
            dialog.onClose();
          }}
        />
      );
    case "everywhere":
      return (
        <ProofDialog
          {...dialog}
          title="Sign out everywhere?"
          text="This ends your sessions on all devices, including this one."
          submit="Sign out everywhere"
          onSubmit={signOutEverywhere}
        />
      );
  }
}
