import { useEffect, useState } from "react";
import { describeError } from "../../lib/errors.ts";
import { useSession } from "../../lib/session.tsx";
import { trpc } from "../../lib/trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Switch } from "../../ui/field.tsx";
import { showToast } from "../../ui/toasts.tsx";
import {
  setNotificationPreferences,
  useNotificationPreferences,
} from "../notifications/preferences.ts";
import {
  type PushState,
  readPushState,
  turnPushOff,
  turnPushOn,
} from "../notifications/push-subscription.ts";
import styles from "./settings-page.module.css";

const EXPLANATIONS: Record<PushState, string> = {
  unsupported: "This browser cannot receive notifications while the app is closed.",
  install_first:
    "On this device, install the app first: choose Share, then Add to Home Screen, and open it from there.",
  unavailable: "This server sends no notifications while the app is closed.",
  denied: "You have refused notifications. Allow them in the settings of the browser.",
  off: "This device tells you about new messages while the app is closed.",
  on: "This device tells you about new messages while the app is closed.",
};

/**
 * Settings of when the person is notified of new messages. The one about mentions belongs to the account;
 * the others belong to this browser.
 */
export function NotificationsSection() {
  const { page, sound } = useNotificationPreferences();
  return (
    <section className={styles.section} aria-labelledby="notifications">
      <h2 id="notifications">Notifications</h2>
      <PushSetting />
      <Switch
        label="While the app is in the background"
        hint="Shows new messages while the app is open but not in view."
        checked={page}
        onChange={(next) => setNotificationPreferences({ page: next })}
      />
      <Switch
        label="Sound"
        hint="Plays a sound for new messages while the app is open but their conversation is not in view."
        checked={sound}
        onChange={(next) => setNotificationPreferences({ sound: next })}
      />
      <MentionsSetting />
    </section>
  );
}

function PushSetting() {
  const { user } = useSession();
  const [state, setState] = useState<PushState | null>(null);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    readPushState(user.uuid).then(setState, () => {});
  }, [user.uuid]);

  async function change(turn: () => Promise<PushState>): Promise<void> {
    setBusy(true);
    try {
      setState(await turn());
    } catch (error) {
      showToast({ tone: "danger", text: describeError(error) });
    } finally {
      setBusy(false);
    }
  }

  if (state === null) return null;
  return (
    <div className={styles.who}>
      <p className={styles.muted}>{EXPLANATIONS[state]}</p>
      {state === "off" && (
        <Button busy={isBusy} onClick={() => void change(() => turnPushOn(user.uuid))}>
          Turn on for this device
        </Button>
      )}
      {state === "on" && (
        <Button busy={isBusy} onClick={() => void change(turnPushOff)}>
          Turn off for this device
        </Button>
      )}
    </div>
  );
}

function MentionsSetting() {
  const { user, setUser } = useSession();
  const update = trpc.users.update.useMutation({
    onSuccess: setUser,
    onError: (error) => showToast({ tone: "danger", text: describeError(error) }),
  });
  const shown = update.isPending ? update.variables.mentions_break_mutes : null;
  return (
    <Switch
      label="Mentions in muted conversations"
      hint="A message that mentions you notifies you although the conversation is muted."
      checked={shown ?? user.mentions_break_mutes}
      onChange={(mentions_break_mutes) => update.mutate({ mentions_break_mutes })}
    />
  );
}
