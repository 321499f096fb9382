import { describeError } from "../../lib/errors.ts";
import { useSession } from "../../lib/session.tsx";
import type { RouterInputs } from "../../lib/trpc.ts";
import { Choice } from "../../ui/choice.tsx";
import { Switch } from "../../ui/field.tsx";
import { showToast } from "../../ui/toasts.tsx";
import styles from "./settings-page.module.css";
import { useUpdateUser } from "./use-update-user.ts";

const FIRST_MESSAGES = [
  { value: "inbox", label: "Go to the inbox" },
  { value: "requests", label: "Go to Requests" },
  { value: "refused", label: "Are refused" },
] as const;

const GROUP_ADDITIONS = [
  { value: "everyone", label: "Everyone" },
  { value: "acquaintances", label: "People I have written with" },
  { value: "nobody", label: "Nobody" },
] as const;

/** What others see of the person, and who reaches them. */
export function PrivacySection() {
  const { user } = useSession();
  const update = useUpdateUser();
  // Shows the new setting while it is saved, and the old one again if saving fails.
  const shown = { ...user, ...(update.isPending ? update.variables : {}) };
  const change = (settings: RouterInputs["users"]["update"]) =>
    update.mutate(settings, {
      onError: (error) => showToast({ tone: "danger", text: describeError(error) }),
    });
  return (
    <section className={styles.section} aria-labelledby="privacy">
      <h2 id="privacy">Privacy</h2>
      <Switch
        label="Read receipts"
        hint="You and others can see when messages were read."
        checked={shown.read_receipts}
        onChange={(read_receipts) => change({ read_receipts })}
      />
      <Switch
        label="Typing"
        hint="You and others can see who is typing."
        checked={shown.typing_indicators}
        onChange={(typing_indicators) => change({ typing_indicators })}
      />
      <Choice
        label="First messages of strangers"
        options={FIRST_MESSAGES}
        value={shown.first_messages}
        onChange={(first_messages) => change({ first_messages })}
      />
      <Choice
        label="Who can add you to groups"
        options={GROUP_ADDITIONS}
        value={shown.group_additions}
        onChange={(group_additions) => change({ group_additions })}
      />
      <Switch
        label="Found by search"
        hint="Whoever knows your exact handle still finds you."
        checked={shown.searchable}
        onChange={(searchable) => change({ searchable })}
      />
    </section>
  );
}
