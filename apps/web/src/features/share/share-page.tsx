import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { UserShort } from "@cruddur/contract/users";
import { useState } from "react";
import { Redirect, useLocation } from "wouter";
import { usePageTitle } from "../../lib/page-title.ts";
import { paths } from "../../lib/routes.ts";
import { useSession } from "../../lib/session.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { useInbox } from "../inbox/use-inbox.ts";
import { addToDraft } from "../outbox/add-to-draft.ts";
import { knownPeople } from "../people/known-people.ts";
import { PeopleSearch } from "../people/people-search.tsx";
import styles from "./share-page.module.css";
import { forgetSharedText, sharedText } from "./shared-text.ts";

/** Asks to whom a text goes that the person shared with the app, and puts it into the composer there. */
export default function SharePage() {
  usePageTitle("Send to");
  const { user } = useSession();
  const [text] = useState(sharedText);
  const [, navigate] = useLocation();
  const inbox = useInbox({ unread: false, open_uuid: null });

  if (text === "") return <Redirect to={paths.messages()} replace />;

  function select(person: UserShort): void {
    addToDraft(user.uuid, derivePairGroupUuid(user.uuid, person.uuid), text);
    forgetSharedText();
    navigate(paths.messageGroupNew(person.handle), { replace: true });
  }

  return (
    <main className={styles.page}>
      <PageHeader title="Send to" />
      <p className={styles.text} dir="auto">
        {text}
      </p>
      <PeopleSearch known={knownPeople(inbox.messageGroups)} onSelect={select} />
    </main>
  );
}
