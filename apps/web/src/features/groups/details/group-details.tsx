import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { useEffect, useRef, useState } from "react";
import { describeError } from "../../../lib/errors.ts";
import { trpc } from "../../../lib/trpc.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { WarningIcon } from "../../../ui/icons.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { Profile } from "../../profile/profile.tsx";
import { AddMembers } from "./add-members.tsx";
import { LeaveGroup, MakeOwner, RemoveMember } from "./confirmations.tsx";
import type { DetailsView } from "./details-view.ts";
import styles from "./group-details.module.css";
import { GroupMembers } from "./group-members.tsx";
import { RenameGroup } from "./rename-group.tsx";

const TITLES: Record<DetailsView["name"], string> = {
  members: "Group details",
  rename: "Name of the group",
  add: "Add people",
  leave: "Leave the group?",
  remove: "Remove from the group?",
  make_owner: "Make owner?",
  profile: "Profile",
};

/** The members of a group, and what a member can do about it. It follows live changes. */
export default function GroupDetails(props: { message_group_uuid: string; onClose(): void }) {
  const { message_group_uuid, onClose } = props;
  const query = trpc.messageGroups.get.useQuery({ message_group_uuid });
  const [view, setView] = useState<DetailsView>({ name: "members" });
  const body = useRef<HTMLDivElement>(null);

  // The control that changed the view is gone with it. The dialog itself takes the first focus.
  const shown = useRef(view);
  useEffect(() => {
    if (shown.current === view) return;
    shown.current = view;
    const field = body.current?.querySelector<HTMLElement>("input, textarea");
    (field ?? body.current)?.focus();
  }, [view]);

  return (
    <Dialog title={TITLES[view.name]} placement="top" onClose={onClose}>
      <div ref={body} tabIndex={-1} className={styles.body}>
        {query.data !== undefined ? (
          <View
            messageGroup={query.data}
            view={view}
            onView={setView}
            onDone={() => setView({ name: "members" })}
            onClose={onClose}
          />
        ) : query.error !== null ? (
          <Notice
            title="The members couldn't be loaded"
            icon={<WarningIcon />}
            action={<Button onClick={() => void query.refetch()}>Try again</Button>}
          >
            {describeError(query.error)}
          </Notice>
        ) : (
          <div aria-busy="true" className={styles.loading}>
            <Skeleton height={44} />
            <Skeleton height={44} />
            <Skeleton height={44} />
          </div>
        )}
      </div>
    </Dialog>
  );
}

function View(props: {
  messageGroup: MessageGroupDetail;
  view: DetailsView;
  onView(view: DetailsView): void;
  onDone(): void;
  onClose(): void;
}) {
  const { messageGroup, view, onView, onDone, onClose } = props;
  switch (view.name) {
    case "members":
      return <GroupMembers messageGroup={messageGroup} onView={onView} onClose={onClose} />;
    case "rename":
      return <RenameGroup messageGroup={messageGroup} onDone={onDone} />;
    case "add":
      return <AddMembers messageGroup={messageGroup} onDone={onDone} />;
    case "leave":
      return <LeaveGroup messageGroup={messageGroup} onDone={onDone} onClose={onClose} />;
    case "remove":
      return (
        <RemoveMember messageGroup={messageGroup} user_uuid={view.user_uuid} onDone={onDone} />
      );
    case "profile":
      return <Profile user_uuid={view.user_uuid} onClose={onClose} />;
    case "make_owner":
      return <MakeOwner messageGroup={messageGroup} user_uuid={view.user_uuid} onDone={onDone} />;
  }
}
