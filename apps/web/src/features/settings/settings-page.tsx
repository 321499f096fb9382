import { DISPLAY_NAME_MAX_CHARS } from "@cruddur/contract/limits";
import { countChars } from "@cruddur/contract/text";
import { lazy, type SubmitEvent, Suspense, useState } from "react";
import { describeError } from "../../lib/errors.ts";
import { usePageTitle } from "../../lib/page-title.ts";
import { useSession } from "../../lib/session.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { AppearanceSection } from "./appearance-section.tsx";
import { BlockedPeople } from "./blocked-people.tsx";
import { HandleForm } from "./handle-form.tsx";
import { NotificationsSection } from "./notifications-section.tsx";
import { PictureButtons } from "./picture-buttons.tsx";
import { PrivacySection } from "./privacy-section.tsx";
import { SettingsNav } from "./settings-nav.tsx";
import styles from "./settings-page.module.css";
import { useUpdateUser } from "./use-update-user.ts";

/** The count of characters is shown when this many or fewer are left. */
const SHOWN_FROM_CHARS_LEFT = 10;

const OwnDataSection = lazy(() => import("./own-data/own-data-section.tsx"));
const SecuritySection = lazy(() => import("./security/security-section.tsx"));

export default function SettingsPage() {
  usePageTitle("Settings");
  const { user } = useSession();
  return (
    <main className={styles.page}>
      <PageHeader title="Settings" className={styles.header} />
      <SettingsNav />
      <div className={styles.sections}>
        <section className={styles.profile} id="profile" aria-label="Profile">
          <Avatar user_uuid={user.uuid} display_name={user.display_name} size={64} />
          <div className={styles.who}>
            <p className={styles.name} dir="auto">
              {user.display_name}
            </p>
            <p className={styles.muted}>@{user.handle}</p>
            <p className={styles.muted}>{user.email}</p>
            <PictureButtons />
          </div>
        </section>
        <DisplayNameForm />
        <HandleForm />
        <AppearanceSection />
        <NotificationsSection />
        <PrivacySection />
        <BlockedPeople />
        <Suspense>
          <SecuritySection />
          <OwnDataSection />
        </Suspense>
      </div>
    </main>
  );
}

function DisplayNameForm() {
  const { user } = useSession();
  const [name, setName] = useState(user.display_name);
  const update = useUpdateUser();
  const left = DISPLAY_NAME_MAX_CHARS - countChars(name);
  const isTooLong = left < 0;
  const isChanged = name.trim() !== user.display_name && name.trim() !== "";
  const problem = isTooLong
    ? `${DISPLAY_NAME_MAX_CHARS} characters at most.`
    : update.error && describeError(update.error);

  function save(event: SubmitEvent): void {
    event.preventDefault();
    if (isTooLong || !isChanged || update.isPending) return;
    update.mutate(
      { display_name: name },
      {
        onSuccess: (saved) => {
          setName(saved.display_name);
          showToast({ text: "Your name was changed." });
        },
      },
    );
  }

  return (
    <form className={styles.section} onSubmit={save}>
      <Field
        label="Name"
        hint={`Other people see this name.${left <= SHOWN_FROM_CHARS_LEFT ? ` ${Math.max(0, left)} left.` : ""}`}
        value={name}
        error={problem}
        autoComplete="name"
        required
        onChange={(event) => setName(event.target.value)}
      />
      <div>
        <Button
          type="submit"
          tone="primary"
          busy={update.isPending}
          disabled={!isChanged || isTooLong}
        >
          Save name
        </Button>
      </div>
    </form>
  );
}
