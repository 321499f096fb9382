import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { UserShort } from "@cruddur/contract/users";
import { type ReactNode, useMemo, useRef } from "react";
import { Link, Redirect, useLocation } from "wouter";
import { describeError, failureCode } from "../../lib/errors.ts";
import { useLiveEvent } from "../../lib/live-events.ts";
import { usePageTitle } from "../../lib/page-title.ts";
import { isInbox, paths } from "../../lib/routes.ts";
import { useSession } from "../../lib/session.tsx";
import { trpc } from "../../lib/trpc.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { BackLink } from "../../ui/back-link.tsx";
import { Button } from "../../ui/button.tsx";
import { SearchIcon, WarningIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { MessageForm } from "../conversation/composer/message-form.tsx";
import styles from "./message-group-new-page.module.css";
import { UnsentFirstMessages } from "./unsent-first-messages.tsx";

/** Opens the conversation with a person, or an empty one when there is none yet. */
export function MessageGroupNewPage({ handle }: { handle: string }) {
  const { user } = useSession();
  const person = trpc.users.short.useQuery({ handle }, { staleTime: 5 * 60_000 });
  const message_group_uuid = person.data && derivePairGroupUuid(user.uuid, person.data.uuid);
  const isSelf = person.data?.uuid === user.uuid;
  const messageGroup = trpc.messageGroups.get.useQuery(
    { message_group_uuid: message_group_uuid ?? "" },
    { enabled: message_group_uuid !== undefined && !isSelf },
  );
  usePageTitle(
    person.data === undefined ? "New message" : `New message to ${person.data.display_name}`,
  );

  if (isSelf) {
    return <Problem title="That's you">You can't start a conversation with yourself.</Problem>;
  }
  if (messageGroup.data !== undefined) {
    return <Redirect to={paths.messageGroup(messageGroup.data.uuid)} replace />;
  }
  const error = person.error ?? messageGroup.error;
  if (person.error !== null && failureCode(person.error) === "user_not_found") {
    return <Problem title="Nobody found">Nobody has the handle @{handle}.</Problem>;
  }
  // The code `not_a_member` means that the two people have no conversation yet.
  if (error !== null && failureCode(error) !== "not_a_member") {
    const retry = () => void (person.error === null ? messageGroup.refetch() : person.refetch());
    return (
      <Notice
        level={1}
        title="This conversation couldn't be loaded"
        icon={<WarningIcon />}
        action={
          <>
            <Button onClick={retry}>Try again</Button>
            <Link href={paths.messages()}>Go to your messages</Link>
          </>
        }
      >
        {describeError(error)}
      </Notice>
    );
  }
  if (
    person.data === undefined ||
    message_group_uuid === undefined ||
    messageGroup.error === null
  ) {
    return <div aria-busy="true" />;
  }
  return <FirstMessage person={person.data} message_group_uuid={message_group_uuid} />;
}

function FirstMessage(props: { person: UserShort; message_group_uuid: string }) {
  const { person, message_group_uuid } = props;
  const [, navigate] = useLocation();

  const target = useMemo(
    () => ({ handle: person.handle, receiver: { uuid: person.uuid } }),
    [person.handle, person.uuid],
  );

  const composer = useRef<HTMLTextAreaElement>(null);

  // The conversation exists when either of the two has written a message.
  const enter = () => navigate(paths.messageGroup(message_group_uuid), { replace: true });
  useLiveEvent("message", ({ message }) => {
    if (message.message_group_uuid === message_group_uuid) enter();
  });

  return (
    <>
      <header className={styles.header}>
        <BackLink to={paths.messages()} isAbove={isInbox} label="Back to messages" onlyNarrow />
        <Avatar user_uuid={person.uuid} display_name={person.display_name} size={36} />
        <div className={styles.names}>
          <h1 dir="auto">{person.display_name}</h1>
          <p className={styles.handle}>@{person.handle}</p>
        </div>
      </header>
      <div className={styles.start}>
        <Avatar user_uuid={person.uuid} display_name={person.display_name} size={64} />
        <p dir="auto">
          This is the start of your conversation with <strong>{person.display_name}</strong>.
        </p>
      </div>
      <UnsentFirstMessages target={target} focusComposer={() => composer.current?.focus()} />
      <MessageForm
        ref={composer}
        target={target}
        label={`Message to ${person.display_name}`}
        onSent={enter}
      />
    </>
  );
}

function Problem({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Notice
      level={1}
      title={title}
      icon={<SearchIcon />}
      action={<Link href={paths.messages()}>Go to your messages</Link>}
    >
      {children}
    </Notice>
  );
}
