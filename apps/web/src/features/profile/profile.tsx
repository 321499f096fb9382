import { derivePairGroupUuid } from "@cruddur/contract/ids";
import type { UserProfile } from "@cruddur/contract/profiles";
import { Link, useLocation } from "wouter";
import { describeError } from "../../lib/errors.ts";
import { paths } from "../../lib/routes.ts";
import { useSession } from "../../lib/session.tsx";
import { timeFormat } from "../../lib/time.ts";
import { trpc } from "../../lib/trpc.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { WarningIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { ConversationAvatar } from "../groups/conversation-avatar.tsx";
import { titleOf } from "../groups/names.ts";
import { askAboutPerson } from "../people/person-question.ts";
import { BlockButton } from "./block-button.tsx";
import styles from "./profile.module.css";

/** A person: who, since when, the groups in common, and the actions of safety. */
export function Profile(props: { user_uuid: string; onClose(): void }) {
  const { user_uuid, onClose } = props;
  const { user } = useSession();
  const [address] = useLocation();
  const message_group_uuid = derivePairGroupUuid(user.uuid, user_uuid);
  /** Their conversation is behind the dialog. */
  const isOpen = address === paths.messageGroup(message_group_uuid);
  const query = trpc.users.profile.useQuery({ user_uuid });
  // People who have never written with each other have none.
  const conversation = trpc.messageGroups.get.useQuery(
    { message_group_uuid },
    { enabled: user_uuid !== user.uuid, retry: false },
  );
  if (query.error !== null) {
    return (
      <Notice
        title="The profile couldn't be loaded"
        icon={<WarningIcon />}
        action={<Button onClick={() => void query.refetch()}>Try again</Button>}
      >
        {describeError(query.error)}
      </Notice>
    );
  }
  if (query.data === undefined) {
    return (
      <div aria-busy="true" className={styles.loading}>
        <Skeleton width={96} height={96} round />
        <Skeleton width={160} height={17} />
        <Skeleton width={120} height={13} />
      </div>
    );
  }
  function report({ display_name }: UserProfile): void {
    const about = conversation.data === undefined ? {} : { message_group_uuid };
    askAboutPerson({ kind: "report", user_uuid, display_name, ...about });
  }
  return (
    <>
      <Who profile={query.data} />
      <GroupsInCommon groups={query.data.groups_in_common} onClose={onClose} />
      <div className={styles.actions}>
        {!isOpen && (
          <Link
            className={styles.message}
            href={paths.messageGroupNew(query.data.handle)}
            onClick={onClose}
          >
            Send a message
          </Link>
        )}
        {user_uuid !== user.uuid && (
          <>
            <BlockButton person={query.data} isBlocked={conversation.data?.blocked ?? false} />
            <Button tone="danger" onClick={() => report(query.data)}>
              Report
            </Button>
          </>
        )}
      </div>
    </>
  );
}

function Who({ profile }: { profile: UserProfile }) {
  const { uuid, display_name, handle, since } = profile;
  return (
    <div className={styles.who}>
      <Avatar user_uuid={uuid} display_name={display_name} size={96} />
      <h3 className={styles.name} dir="auto">
        {display_name}
      </h3>
      <p className={styles.meta}>@{handle}</p>
      <p className={styles.meta} title={timeFormat.full(since)}>
        Here since {timeFormat.date(since)}
      </p>
    </div>
  );
}

function GroupsInCommon(props: { groups: UserProfile["groups_in_common"]; onClose(): void }) {
  const { groups, onClose } = props;
  if (groups.length === 0) return <p className={styles.none}>No groups in common</p>;
  return (
    <section aria-label="Groups in common">
      <h3 className={styles.heading}>
        {groups.length === 1 ? "1 group in common" : `${groups.length} groups in common`}
      </h3>
      <ul className={styles.groups}>
        {groups.map((group) => (
          <li key={group.uuid}>
            <Link
              className={styles.group}
              href={paths.messageGroup(group.uuid)}
              onClick={onClose}
              dir="auto"
            >
              <ConversationAvatar messageGroup={group} size={36} />
              <span className={styles.groupName}>{titleOf(group)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
