import type { Folder } from "@cruddur/contract/message-groups";
import { lazy, Suspense, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { describeError } from "../../lib/errors.ts";
import { formatUnread, usePageTitle, useUnreadBadge } from "../../lib/page-title.ts";
import { paths, type Route } from "../../lib/routes.ts";
import { useSession } from "../../lib/session.tsx";
import { Avatar } from "../../ui/avatar.tsx";
import { Button } from "../../ui/button.tsx";
import { ComposeIcon, KeyboardIcon, SettingsIcon, SignOutIcon } from "../../ui/icons.tsx";
import { Menu } from "../../ui/menu.tsx";
import { showToast } from "../../ui/toasts.tsx";
import { titleOf } from "../groups/names.ts";
import { PeopleDialog } from "../people/people-dialog.tsx";
import { AppErrorBoundary } from "../shell/app-error-boundary.tsx";
import { SkipLinks } from "../shell/skip-links.tsx";
import { EmptyConversation } from "./empty-conversation.tsx";
import { InboxFilter } from "./inbox-filter.tsx";
import { MessageGroupFeed } from "./message-group-feed.tsx";
import styles from "./message-groups-page.module.css";
import { useInbox } from "./use-inbox.ts";
import { useInboxKeys } from "./use-inbox-keys.ts";
import { Welcome } from "./welcome.tsx";

// The inbox can be used before the code of the conversation is loaded. A deep link loads both.
const loadConversation = () => import("../conversation/message-group-page.tsx");
const loadNewConversation = () => import("./message-group-new-page.tsx");
const MessageGroupPage = lazy(() =>
  loadConversation().then((module) => ({ default: module.MessageGroupPage })),
);
const MessageGroupNewPage = lazy(() =>
  loadNewConversation().then((module) => ({ default: module.MessageGroupNewPage })),
);
const ShortcutsDialog = lazy(() => import("../shell/shortcuts-dialog.tsx"));
if (location.pathname.startsWith(`${paths.messages()}/`)) void loadConversation().catch(() => {});

const FOLDER_NAMES: Record<Folder, string> = {
  inbox: "Messages",
  requests: "Requests",
  archive: "Archive",
};

type InboxRoute = Extract<Route, { page: "messages" | "message_group" | "message_group_new" }>;

/** The inbox beside the open conversation. A phone shows one of the two. */
export function MessageGroupsPage({ route }: { route: InboxRoute }) {
  const [unread, setUnread] = useState(false);
  const [isSearching, setSearching] = useState(false);
  const [isShowingShortcuts, setShowingShortcuts] = useState(false);
  const open_uuid = route.page === "message_group" ? route.message_group_uuid : null;
  const [folder, setFolder] = useState<Folder>("inbox");
  const inbox = useInbox({ unread, open_uuid, folder });
  const isList = route.page === "messages";
  const Heading = isList ? "h1" : "h2";
  const openMessageGroup = inbox.messageGroups.find(
    (messageGroup) => messageGroup.uuid === open_uuid,
  );

  const badge = formatUnread(inbox.unread.count, inbox.unread.isMore);
  useUnreadBadge(badge);
  usePageTitle(isList ? "Messages" : openMessageGroup ? titleOf(openMessageGroup) : "Conversation");
  useInboxKeys({
    messageGroups: inbox.messageGroups,
    open_uuid,
    onSearch: () => setSearching(true),
    onShortcuts: () => setShowingShortcuts(true),
  });

  useEffect(() => {
    if (inbox.isLoading) return;
    // Loaded in advance, so that the first conversation opens at once, also without a network.
    const timer = setTimeout(() => {
      void Promise.all([loadConversation(), loadNewConversation()]).catch(() => {});
    }, 500);
    return () => clearTimeout(timer);
  }, [inbox.isLoading]);

  return (
    <>
      <SkipLinks />
      <main className={styles.page} data-open={!isList}>
        <nav className={styles.list} id="conversations" aria-label="Conversations">
          <header className={styles.header}>
            <Heading className={styles.heading}>
              {FOLDER_NAMES[folder]}
              {badge !== "" && <span className="visually-hidden">, {badge} unread</span>}
            </Heading>
            <Button
              tone="plain"
              iconOnly
              aria-label="New message"
              aria-keyshortcuts="Control+K"
              title="New message (Ctrl+K)"
              onClick={() => setSearching(true)}
            >
              <ComposeIcon />
            </Button>
            <AccountMenu
              hasNewRequests={inbox.hasNewRequests}
              onShortcuts={() => setShowingShortcuts(true)}
              onFolder={setFolder}
            />
          </header>
          {folder !== "inbox" && (
            <Button tone="plain" onClick={() => setFolder("inbox")}>
              Back to the inbox
            </Button>
          )}
          {folder === "inbox" && (unread || inbox.messageGroups.length > 0) && (
            <InboxFilter unread={unread} count={badge} onChange={setUnread} />
          )}
          <MessageGroupFeed
            key={`${folder} ${unread}`}
            inbox={inbox}
            open_uuid={open_uuid}
            newHandle={route.page === "message_group_new" ? route.handle : null}
            unread={unread && folder === "inbox"}
            folder={folder}
            onShowAll={() => setUnread(false)}
            onCompose={() => setSearching(true)}
          />
        </nav>
        <div className={styles.conversation} id="conversation">
          <AppErrorBoundary>
            <Suspense fallback={<div aria-busy="true" />}>
              <Conversation
                route={route}
                isEmpty={folder === "inbox" && !unread && inbox.messageGroups.length === 0}
                isLoading={inbox.isLoading || inbox.error !== null}
                onCompose={() => setSearching(true)}
              />
            </Suspense>
          </AppErrorBoundary>
        </div>
      </main>
      {isShowingShortcuts && (
        <Suspense>
          <ShortcutsDialog onClose={() => setShowingShortcuts(false)} />
        </Suspense>
      )}
      {isSearching && (
        <PeopleDialog recent={inbox.messageGroups} onClose={() => setSearching(false)} />
      )}
    </>
  );
}

function Conversation(props: {
  route: InboxRoute;
  isEmpty: boolean;
  isLoading: boolean;
  onCompose(): void;
}) {
  const { route, isEmpty, isLoading, onCompose } = props;
  switch (route.page) {
    case "messages":
      if (isLoading) return null;
      return isEmpty ? (
        <Welcome onCompose={onCompose} />
      ) : (
        <EmptyConversation onCompose={onCompose} />
      );
    case "message_group":
      return (
        <MessageGroupPage
          key={route.message_group_uuid}
          message_group_uuid={route.message_group_uuid}
          messageUuid={route.message_uuid ?? undefined}
        />
      );
    case "message_group_new":
      return <MessageGroupNewPage key={route.handle} handle={route.handle} />;
  }
}

function AccountMenu(props: {
  hasNewRequests: boolean;
  onShortcuts(): void;
  onFolder(folder: Folder): void;
}) {
  const { hasNewRequests, onShortcuts, onFolder } = props;
  const { user, signOut } = useSession();
  const [, navigate] = useLocation();
  return (
    <Menu
      label={`Account of ${user.display_name}${hasNewRequests ? ", new requests" : ""}`}
      icon={
        <span className={hasNewRequests ? styles.dot : undefined}>
          <Avatar user_uuid={user.uuid} display_name={user.display_name} size={28} />
        </span>
      }
      items={[
        {
          label: "Settings",
          icon: <SettingsIcon />,
          onSelect: () => navigate(paths.settings()),
        },
        { label: "Archive", onSelect: () => onFolder("archive") },
        {
          label: hasNewRequests ? "Requests (new)" : "Requests",
          onSelect: () => onFolder("requests"),
        },
        { label: "Keyboard shortcuts", icon: <KeyboardIcon />, onSelect: onShortcuts },
        {
          label: "Sign out",
          icon: <SignOutIcon />,
          onSelect: () =>
            void signOut().catch((error) =>
              showToast({
                tone: "danger",
                text: `You are still signed in. ${describeError(error)}`,
              }),
            ),
        },
      ]}
    />
  );
}
