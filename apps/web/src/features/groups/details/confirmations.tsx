import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { ReactNode } from "react";
import { useLocation } from "wouter";
import { paths } from "../../../lib/routes.ts";
import { useSession } from "../../../lib/session.tsx";
import { getClient } from "../../../lib/trpc.ts";
import { Button } from "../../../ui/button.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import { whileLeavingGroup } from "../leaving.ts";
import { useGroupChange } from "../use-group-change.ts";
import { useTitle } from "../use-title.ts";
import styles from "./group-details.module.css";

interface MemberProps {
  messageGroup: MessageGroupDetail;
  user_uuid: string;
  onDone(): void;
}

/** Asks before a member is removed. */
export function RemoveMember({ messageGroup, user_uuid, onDone }: MemberProps) {
  const { uuid: message_group_uuid } = messageGroup;
  const change = useGroupChange((uuid: string, op_id) =>
    getClient().messageGroups.remove.mutate({ message_group_uuid, user_uuid: uuid, op_id }),
  );
  const name = nameOf(messageGroup, user_uuid);
  return (
    <Confirmation
      label="Remove"
      change={change}
      isGone={name === null}
      onCancel={onDone}
      onConfirm={async () => {
        if (await change.run(user_uuid)) onDone();
      }}
    >
      {name} can't read or write messages here any more. What they wrote stays.
    </Confirmation>
  );
}

/** Asks before another member becomes the owner. */
export function MakeOwner({ messageGroup, user_uuid, onDone }: MemberProps) {
  const { uuid: message_group_uuid } = messageGroup;
  const change = useGroupChange((uuid: string, op_id) =>
    getClient().messageGroups.makeOwner.mutate({ message_group_uuid, user_uuid: uuid, op_id }),
  );
  const name = nameOf(messageGroup, user_uuid);
  return (
    <Confirmation
      label="Make owner"
      change={change}
      isGone={name === null}
      onCancel={onDone}
      onConfirm={async () => {
        if (await change.run(user_uuid)) onDone();
      }}
    >
      {name} can then remove members and delete anyone's message. You can't any more.
    </Confirmation>
  );
}

/** Asks before the person leaves. Then the page closes. */
export function LeaveGroup(props: {
  messageGroup: MessageGroupDetail;
  onDone(): void;
  onClose(): void;
}) {
  const { messageGroup, onDone, onClose } = props;
  const { uuid: message_group_uuid, members, role } = messageGroup;
  const { user } = useSession();
  const [, navigate] = useLocation();
  const title = useTitle(messageGroup);
  const next = members.find(({ uuid }) => uuid !== user.uuid);
  const change = useGroupChange((_: "leave", op_id) =>
    whileLeavingGroup(message_group_uuid, async () => {
      await getClient().messageGroups.leave.mutate({ message_group_uuid, op_id });
      onClose();
      navigate(paths.messages());
      showToast({ text: `You left “${title}”` });
    }),
  );
  return (
    <Confirmation
      label="Leave group"
      change={change}
      isGone={false}
      onCancel={onDone}
      onConfirm={async () => void (await change.run("leave"))}
    >
      You won't see its messages any more, and only a member can add you again.
      {role === "owner" && next !== undefined && ` ${next.display_name} becomes the owner.`}
    </Confirmation>
  );
}

function nameOf({ members }: MessageGroupDetail, user_uuid: string): string | null {
  return members.find(({ uuid }) => uuid === user_uuid)?.display_name ?? null;
}

function Confirmation(props: {
  label: string;
  change: Pick<ReturnType<typeof useGroupChange>, "isBusy" | "problem">;
  /** The member left while the question was open. */
  isGone: boolean;
  onConfirm(): Promise<void>;
  onCancel(): void;
  children: ReactNode;
}) {
  const { label, change, isGone, onConfirm, onCancel, children } = props;
  return (
    <div className={styles.form}>
      <p>{isGone ? "That person isn't in the group any more." : children}</p>
      {change.problem !== null && (
        <p className={styles.problem} role="alert">
          {change.problem}
        </p>
      )}
      <div className={styles.choices}>
        <Button onClick={onCancel}>{isGone ? "Back" : "Cancel"}</Button>
        {!isGone && (
          <Button tone="danger" busy={change.isBusy} onClick={() => void onConfirm()}>
            {label}
          </Button>
        )}
      </div>
    </div>
  );
}
