import type { SessionItem } from "@cruddur/contract/users";
import { describeError } from "../../../lib/errors.ts";
import { trpc } from "../../../lib/trpc.ts";
import { Button } from "../../../ui/button.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import settings from "../settings-page.module.css";
import { describeDevice } from "./describe-device.ts";
import styles from "./security-section.module.css";

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Where the person is signed in. Each session but this one can be ended here. */
export function Devices(props: { sessions: readonly SessionItem[]; onChanged(): void }) {
  const end = trpc.users.endSession.useMutation({
    onSuccess: () => showToast({ text: "That device was signed out." }),
    onError: (error) => showToast({ tone: "danger", text: describeError(error) }),
    onSettled: props.onChanged,
  });
  return (
    <ul className={settings.list}>
      {props.sessions.map(({ uuid, device, address, last_used_at, is_current }) => {
        const name = describeDevice(device);
        return (
          <li key={uuid} className={settings.row}>
            <div className={settings.who}>
              <p className={settings.label}>{name}</p>
              <p className={settings.muted}>
                {is_current ? (
                  <span className={styles.current}>This device</span>
                ) : (
                  `Last used ${MOMENT.format(new Date(last_used_at))}`
                )}
                {` · ${address}`}
              </p>
            </div>
            {!is_current && (
              <Button
                busy={end.isPending && end.variables.session_uuid === uuid}
                aria-label={`Sign out ${name}`}
                onClick={() => end.mutate({ session_uuid: uuid })}
              >
                Sign out
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
