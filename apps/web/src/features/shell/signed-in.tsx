import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useAnnounce } from "../../lib/announcer.tsx";
import { startAvatars } from "../../lib/avatar-store.ts";
import { addOwnMessage, isHiddenSender, startInbox } from "../../lib/inbox-store.ts";
import { startLive } from "../../lib/live.ts";
import { useLiveEvent } from "../../lib/live-events.ts";
import { useSessionState } from "../../lib/session.tsx";
import { getClient } from "../../lib/trpc.ts";
import { startTyping } from "../../lib/typing-store.ts";
import { describeSystemMessage } from "../groups/system-text.ts";
import { discardUnsent, onMessageSent, startOutbox } from "../outbox/outbox.ts";
import { PersonQuestions } from "../people/person-questions.tsx";

const PendingErasure = lazy(() => import("../settings/own-data/pending-erasure.tsx"));

/** Runs the inbox, the outbox and the live connection while a person is signed in. */
export function SignedIn({ user_uuid, children }: { user_uuid: string; children: ReactNode }) {
  const { store } = useSessionState();
  const queryClient = useQueryClient();
  const announce = useAnnounce();

  useEffect(() => {
    const client = getClient();
    const stops = [
      startInbox({ client, queryClient, user_uuid }),
      onMessageSent(addOwnMessage),
      startOutbox({ user_uuid }),
      startTyping({ user_uuid }),
      startAvatars(),
      startLive({ session: store }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [user_uuid, queryClient, store]);

  useLiveEvent("message", ({ message }) => {
    if (message.user_uuid === user_uuid || isHiddenSender(message)) return;
    if (message.kind !== "text") announce.polite(describeSystemMessage(message, user_uuid));
    else announce.message(message.display_name, message.message);
  });

  useLiveEvent("group_left", ({ message_group_uuid }) => discardUnsent(message_group_uuid));

  // The name may have changed on another device.
  useLiveEvent("user", ({ user }) => {
    const current = store.state.get();
    if (current.status !== "signed_in" || current.user.uuid !== user.uuid) return;
    store.setUser({ ...current.user, ...user });
  });

  return (
    <>
      {children}
      <PersonQuestions />
      {store.hasJustSignedIn() && (
        <Suspense>
          <PendingErasure />
        </Suspense>
      )}
    </>
  );
}
