import type { Message } from "@cruddur/contract/messages";
import { QueryClientProvider } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { MessageCommandsProvider } from "../../src/features/conversation/actions/message-commands.ts";
import { useCreateCommands } from "../../src/features/conversation/actions/use-create-commands.ts";
import { MessageForm } from "../../src/features/conversation/composer/message-form.tsx";
import {
  MessageFeed,
  type MessageFeedHandle,
} from "../../src/features/conversation/feed/message-feed.tsx";
import { JumpToDate } from "../../src/features/conversation/jump-to-date.tsx";
import type { CachedConversation } from "../../src/features/conversation/message-history/conversation-cache.ts";
import { createMessageHistory } from "../../src/features/conversation/message-history/message-history.ts";
import type { VisitStart } from "../../src/features/conversation/reading/visit-start.ts";
import { useOutboxChanges, useOutboxMessages } from "../../src/features/outbox/hooks.ts";
import { currentOutbox, onMessageSent, startOutbox } from "../../src/features/outbox/outbox.ts";
import { AnnouncerProvider } from "../../src/lib/announcer.tsx";
import { createQueryClient } from "../../src/lib/query-client.ts";
import { SessionProvider } from "../../src/lib/session.tsx";
import { createSessionStore } from "../../src/lib/session-store.ts";
import { createTrpcClient } from "../../src/lib/trpc.ts";
import "../../src/styles/base.css";
import { createFakeServer, ME, MESSAGE_GROUP_UUID } from "./fake-server.ts";

const session = createSessionStore();
session.state.set({
  status: "signed_in",
  user: {
    uuid: ME,
    handle: "me",
    display_name: "Me",
    email: "me@example.com",
    read_receipts: true,
    typing_indicators: false,
    first_messages: "inbox" as const,
    mentions_break_mutes: true,
    group_additions: "everyone" as const,
    searchable: true,
  },
});
createTrpcClient(session);

const query = new URLSearchParams(location.search);
const server = createFakeServer(
  Number(query.get("count") ?? 1_000),
  Number(query.get("step") ?? 1),
);
const history = createMessageHistory({ list: server.list, user_uuid: ME });
const conversation: CachedConversation = { history, position: null, isRestored: false };
const target = { message_group_uuid: MESSAGE_GROUP_UUID };
const marked: string[] = [];

startOutbox({ user_uuid: ME, send: server.send });
onMessageSent(history.upsert);

let handle: MessageFeedHandle | null = null;
let showSecondForm = () => {};
let setVisit: (visitStart: VisitStart | null) => void = () => {};

function Page() {
  const unsent = useOutboxMessages(target);
  const changes = useOutboxChanges(MESSAGE_GROUP_UUID);
  const { commands } = useCreateCommands({
    message_group_uuid: MESSAGE_GROUP_UUID,
    focusComposer: () => composer.current?.focus(),
    goTo: (uuid) => void handle?.goToMessage(uuid),
  });
  const [isJumping, setJumping] = useState(false);
  const [hasSecondForm, setSecondForm] = useState(false);
  showSecondForm = () => setSecondForm(true);
  const [visit, set] = useState<{ visitStart: VisitStart; id: number } | null>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  setVisit = (visitStart) => set(visitStart && { visitStart, id: Math.random() });
  return (
    <main style={{ display: "flex", flexDirection: "column", height: "100dvh" }}>
      <h1 className="visually-hidden">Harness</h1>
      {visit && (
        <MessageCommandsProvider value={commands}>
          <MessageFeed
            key={visit.id}
            ref={(value) => {
              handle = value;
            }}
            conversation={conversation}
            unsent={unsent}
            changes={changes}
            visitStart={visit.visitStart}
            user_uuid={ME}
            members={[]}
            isGroup={false}
            label="Messages"
            markRead={async (uuid) => marked.push(uuid)}
            onLeave={() => composer.current?.focus()}
          />
        </MessageCommandsProvider>
      )}
      <MessageForm ref={composer} target={target} />
      {hasSecondForm && <MessageForm target={target} />}
      <button type="button" onClick={() => setJumping(true)}>
        Jump to date
      </button>
      {isJumping && (
        <JumpToDate
          onJump={async (since) => (await handle?.goToMoment(since)) ?? false}
          onClose={() => setJumping(false)}
        />
      )}
    </main>
  );
}

const harness = {
  server,
  history,
  marked,
  /** Starts a visit, as the page does. */
  async visit(visitStart: Partial<VisitStart> = {}) {
    if (history.state.get().status !== "ready") await history.open({ at: "newest" });
    setVisit({ divider: null, marker: "", place: { at: "end" }, ...visitStart });
  },
  leave: () => setVisit(null),
  feed: () => handle,
  position: () => conversation.position,
  showSecondForm: () => showSecondForm(),
  isOutboxOpen: () => currentOutbox.get() !== null,
  /** A live message by somebody else. */
  live(text?: string): Message {
    const message = server.write(undefined, text);
    history.upsert(message);
    return message;
  },
};
declare global {
  interface Window {
    harness: typeof harness;
  }
}
window.harness = harness;

const root = document.getElementById("root");
if (root === null) throw new Error("no #root");
createRoot(root).render(
  <QueryClientProvider client={createQueryClient()}>
    <AnnouncerProvider>
      <SessionProvider store={session}>
        <Page />
      </SessionProvider>
    </AnnouncerProvider>
  </QueryClientProvider>,
);
