import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { lazy, Suspense, useEffect, useId, useMemo, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useAnnounce } from "../../lib/announcer.tsx";
import { serverNow } from "../../lib/clock.ts";
import { describeError, failureCode } from "../../lib/errors.ts";
import { paths } from "../../lib/routes.ts";
import { useSession } from "../../lib/session.tsx";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/button.tsx";
import { WarningIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { GroupDetailsPart, loadGroupDetails } from "../groups/details/group-details-part.tsx";
import { LeftGroup } from "../groups/left-group.tsx";
import { mentionableMembers } from "../groups/mention-query.ts";
import { Mentionable } from "../groups/mentionable.tsx";
import { useDeparture } from "../groups/use-departure.ts";
import { useTitle } from "../groups/use-title.ts";
import { useOutboxChanges, useOutboxMessages } from "../outbox/hooks.ts";
import { MessageCommandsProvider } from "./actions/message-commands.ts";
import { lastEditable } from "./actions/message-rules.ts";
import { OpenQuestion } from "./actions/open-question.tsx";
import { useCreateCommands } from "./actions/use-create-commands.ts";
import { MessageForm } from "./composer/message-form.tsx";
import { useTypingText } from "./composer/use-typing.ts";
import { FeedSkeleton } from "./feed/feed-skeleton.tsx";
import { HiddenSenders } from "./feed/folded-text.tsx";
import { LinksShown } from "./feed/links-shown.ts";
import { MessageFeed, type MessageFeedHandle } from "./feed/message-feed.tsx";
import { JumpToDate } from "./jump-to-date.tsx";
import { MessageGroupHeader } from "./message-group-header.tsx";
import styles from "./message-group-page.module.css";
import { getCachedConversation } from "./message-history/conversation-cache.ts";
import { useClearMark } from "./reading/use-clear-mark.ts";
import { useVisitStart } from "./reading/use-visit-start.ts";
import { RequestBar } from "./request-bar.tsx";
import { countRequestLeft } from "./request-left.ts";
import { useMessageGroup } from "./use-message-group.ts";

const ProfileDialog = lazy(() => import("../profile/profile-dialog.tsx"));
const NOBODY: readonly string[] = [];
const NO_MEMBERS: MessageGroupDetail["members"] = [];

/**
 * One conversation. Use its uuid as the `key`, because a visit starts when the page is mounted.
 * @param props.messageUuid opens the message history at this message
 */
export function MessageGroupPage(props: { message_group_uuid: string; messageUuid?: string }) {
  const { message_group_uuid, messageUuid } = props;
  const { user } = useSession();
  const announce = useAnnounce();
  const target = useMemo(() => ({ message_group_uuid }), [message_group_uuid]);
  const conversation = useMemo(
    () => getCachedConversation(user.uuid, message_group_uuid),
    [user.uuid, message_group_uuid],
  );
  const messageGroup = useMessageGroup(message_group_uuid, user.uuid);
  const { visitStart, error, retry } = useVisitStart({ conversation, messageGroup, messageUuid });
  const unsent = useOutboxMessages(target);
  const changes = useOutboxChanges(message_group_uuid);
  const history = useStore(conversation.history.state);
  const typing = useTypingText(message_group_uuid, messageGroup.data?.members ?? NO_MEMBERS);
  const departure = useDeparture(message_group_uuid, messageGroup);
  const [isJumping, setJumping] = useState(false);
  const [isDetailed, setDetailed] = useState(false);
  const feed = useRef<MessageFeedHandle>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  const leftId = useId();

  function goTo(message_uuid: string): void {
    feed.current
      ?.goToMessage(message_uuid)
      .catch((reason) => showToast({ tone: "danger", text: describeError(reason) }));
  }
  const focusComposer = () => composer.current?.focus();
  const { commands, ...question } = useCreateCommands({
    message_group_uuid,
    isOwner: messageGroup.data?.role === "owner",
    isBlocked: messageGroup.data?.blocked,
    focusComposer,
    goTo,
  });

  function editLast(): void {
    const by = { user_uuid: user.uuid, nowMs: serverNow() };
    const row = lastEditable(feed.current?.rows() ?? [], by);
    if (row !== null) commands.edit(row);
  }

  const shownUuid = useRef(messageUuid);
  useEffect(() => {
    if (messageUuid === shownUuid.current) return;
    shownUuid.current = messageUuid;
    if (messageUuid === undefined) return;
    goTo(messageUuid);
  }, [messageUuid]);

  // Writing ends the visit of the linked message: a reload then shows the end, not that message.
  const [, navigate] = useLocation();
  const newest = unsent.at(-1)?.client_id;
  const newestBefore = useRef(newest);
  useEffect(() => {
    if (newest === newestBefore.current) return;
    newestBefore.current = newest;
    if (newest === undefined || messageUuid === undefined) return;
    navigate(paths.messageGroup(message_group_uuid), { replace: true });
  }, [newest, messageUuid, message_group_uuid, navigate]);

  const failed = unsent.filter(({ state }) => state === "failed").length;
  const failedBefore = useRef(failed);
  useEffect(() => {
    if (failed > failedBefore.current) {
      announce.assertive(
        "Message not sent. You can try again, edit it or delete it in the conversation.",
      );
    }
    failedBefore.current = failed;
  }, [failed, announce]);

  useClearMark(messageGroup);
  const name = useTitle(messageGroup.data);
  const isGroup = messageGroup.data?.kind === "group";
  const members = messageGroup.data?.members ?? NO_MEMBERS;
  const left = countRequestLeft({
    ...{ messageGroup: messageGroup.data, unsent, user_uuid: user.uuid },
    messages: history.status === "ready" ? history.messages : [],
  });
  const hiddenSenders = messageGroup.data?.hidden_senders ?? NOBODY;
  const mentionable = useMemo(() => {
    const person = { user_uuid: user.uuid, hidden_senders: hiddenSenders };
    return isGroup ? mentionableMembers(members, person) : NO_MEMBERS;
  }, [isGroup, members, user.uuid, hiddenSenders]);
  useEffect(() => {
    if (isGroup) void loadGroupDetails().catch(() => {});
  }, [isGroup]);
  if (departure !== null) return <LeftGroup title={name} departure={departure} />;
  const failure = error ?? messageGroup.error;
  if (failure !== null && visitStart === null) {
    return <Unavailable error={failure} onRetry={retry} />;
  }
  const isEmpty =
    history.status === "ready" &&
    history.isComplete &&
    history.messages.length + unsent.length === 0;
  return (
    <section className={styles.page} aria-label={name === "" ? "Conversation" : name}>
      <MessageGroupHeader
        message_group_uuid={message_group_uuid}
        messageGroup={messageGroup.data}
        title={name}
        onJumpToDate={() => setJumping(true)}
        onDetails={() => setDetailed(true)}
      />
      {visitStart === null ? (
        <FeedSkeleton />
      ) : isEmpty ? (
        <div className={styles.empty}>
          <Notice title="No messages yet">Say hello to {name}.</Notice>
        </div>
      ) : (
        <LinksShown value={messageGroup.data?.request !== "received"}>
          <Mentionable people={isGroup ? members : NO_MEMBERS}>
            <HiddenSenders value={hiddenSenders}>
              <MessageCommandsProvider value={commands}>
                <MessageFeed
                  ref={feed}
                  conversation={conversation}
                  unsent={unsent}
                  changes={changes}
                  visitStart={visitStart}
                  user_uuid={user.uuid}
                  members={members}
                  isGroup={isGroup}
                  label={`Messages ${isGroup ? "in" : "with"} ${name}`}
                  markRead={messageGroup.markRead}
                  onLeave={focusComposer}
                />
              </MessageCommandsProvider>
            </HiddenSenders>
          </Mentionable>
        </LinksShown>
      )}
      <p className={styles.typing} dir="auto">
        {typing}
      </p>
      {messageGroup.data !== undefined && (
        <RequestBar
          id={leftId}
          messageGroup={messageGroup.data}
          left={left}
          onAnswered={focusComposer}
        />
      )}
      {messageGroup.data?.blocked !== true && (
        <MessageForm
          ref={composer}
          target={target}
          label={`Message to ${name}`}
          closedBy={left === 0 ? leftId : undefined}
          people={mentionable}
          onEditLast={editLast}
        />
      )}
      <OpenQuestion {...question} commands={commands} members={members} />
      {isJumping && (
        <JumpToDate
          onJump={async (since) => (await feed.current?.goToMoment(since)) ?? false}
          onClose={() => setJumping(false)}
        />
      )}
      {isDetailed &&
        (isGroup ? (
          <GroupDetailsPart
            message_group_uuid={message_group_uuid}
            onClose={() => setDetailed(false)}
          />
        ) : (
          <Suspense>
            <ProfileDialog
              user_uuid={messageGroup.data?.user_uuid ?? ""}
              onClose={() => setDetailed(false)}
            />
          </Suspense>
        ))}
    </section>
  );
}

function Unavailable({ error, onRetry }: { error: unknown; onRetry(): void }) {
  const isRefused = failureCode(error) === "not_a_member";
  return (
    <div className={styles.empty}>
      <Notice
        level={1}
        icon={<WarningIcon />}
        title={isRefused ? "No such conversation" : "This conversation couldn't be loaded"}
        action={
          <>
            {!isRefused && <Button onClick={onRetry}>Try again</Button>}
            <Link href={paths.messages()}>Go to your messages</Link>
          </>
        }
      >
        {describeError(error)}
      </Notice>
    </div>
  );
}
