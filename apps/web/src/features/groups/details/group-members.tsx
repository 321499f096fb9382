import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { useLocation } from "wouter";
import { paths } from "../../../lib/routes.ts";
import { useSession } from "../../../lib/session.tsx";
import { timeFormat } from "../../../lib/time.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { Button } from "../../../ui/button.tsx";
import { MoreIcon, PeopleIcon, SignOutIcon } from "../../../ui/icons.tsx";
import { Menu, type MenuItem } from "../../../ui/menu.tsx";
import { ConversationAvatar } from "../conversation-avatar.tsx";
import { countPeople } from "../names.ts";
import { usePeople, useTitle } from "../use-title.ts";
import type { DetailsView } from "./details-view.ts";
import styles from "./group-details.module.css";

/** The name and the members of a group, the one who joined first at the beginning. */
export function GroupMembers(props: {
  messageGroup: MessageGroupDetail;
  onView(view: DetailsView): void;
  onClose(): void;
}) {
  const { messageGroup, onView, onClose } = props;
  const { user } = useSession();
  const [, navigate] = useLocation();
  const title = useTitle(messageGroup);
  const members = usePeople(messageGroup.members);
  const isOwner = messageGroup.role === "owner";

  function itemsOf(member: (typeof members)[number]): MenuItem[] {
    const { uuid: user_uuid, handle } = member;
    const items: MenuItem[] = [];
    // People who were deleted have no handle, and cannot receive messages.
    if (handle !== "") {
      items.push(
        { label: "Profile", onSelect: () => onView({ name: "profile", user_uuid }) },
        {
          label: "Send a message",
          onSelect: () => {
            onClose();
            navigate(paths.messageGroupNew(handle));
          },
        },
      );
    }
    if (isOwner) {
      items.push(
        { label: "Make owner", onSelect: () => onView({ name: "make_owner", user_uuid }) },
        {
          label: "Remove from the group",
          tone: "danger",
          onSelect: () => onView({ name: "remove", user_uuid }),
        },
      );
    }
    return items;
  }

  return (
    <>
      <div className={styles.head}>
        <ConversationAvatar messageGroup={messageGroup} size={64} />
        <div className={styles.names}>
          <h3 className={styles.title} dir="auto">
            {title}
          </h3>
          <p className={styles.meta}>{countPeople(members.length)}</p>
        </div>
        <Button onClick={() => onView({ name: "rename" })}>
          {messageGroup.name === null ? "Add a name" : "Rename"}
        </Button>
      </div>
      {members.length === 1 && (
        <p className={styles.meta}>You are the only one here. Add people to talk to.</p>
      )}
      <ul className={styles.members} aria-label="Members">
        {members.map((member) => {
          const isSelf = member.uuid === user.uuid;
          const items = isSelf ? [] : itemsOf(member);
          return (
            <li key={member.uuid} className={styles.member}>
              <Avatar user_uuid={member.uuid} display_name={member.display_name} size={36} />
              <div className={styles.names}>
                <p className={styles.name} dir="auto">
                  {member.display_name}
                  {isSelf && " (you)"}
                </p>
                <p
                  className={styles.meta}
                  title={
                    member.joined_at === null
                      ? undefined
                      : `Joined ${timeFormat.full(member.joined_at)}`
                  }
                >
                  {member.handle !== "" && `@${member.handle}`}
                </p>
              </div>
              {member.role === "owner" && <span className={styles.role}>Owner</span>}
              {items.length > 0 && (
                <Menu
                  label={`Actions for ${member.display_name}`}
                  icon={<MoreIcon />}
                  items={items}
                />
              )}
            </li>
          );
        })}
      </ul>
      <div className={styles.actions}>
        <Button onClick={() => onView({ name: "add" })}>
          <PeopleIcon />
          Add people
        </Button>
        <Button tone="danger" onClick={() => onView({ name: "leave" })}>
          <SignOutIcon />
          Leave group
        </Button>
      </div>
    </>
  );
}
