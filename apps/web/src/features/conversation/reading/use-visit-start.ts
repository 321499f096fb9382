import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { useEffect, useRef, useState } from "react";
import { describeError, failureCode } from "../../../lib/errors.ts";
import { useLiveEvent } from "../../../lib/live-events.ts";
import { useSession } from "../../../lib/session.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import type { CachedConversation } from "../message-history/conversation-cache.ts";
import { loadVisitStart, planVisitStart, type VisitStart } from "./visit-start.ts";

interface VisitStartOptions {
  conversation: CachedConversation;
  messageGroup: { data: MessageGroupDetail | undefined; fetch(): Promise<MessageGroupDetail> };
  messageUuid: string | undefined;
}

/**
 * Starts a visit: at once when the conversation is cached, otherwise when the messages that it
 * starts with are loaded. A cached conversation is updated in the background, and again after every
 * gap in the live connection.
 */
export function useVisitStart({ conversation, messageGroup, messageUuid }: VisitStartOptions): {
  visitStart: VisitStart | null;
  error: unknown;
  retry(): void;
} {
  const { user } = useSession();
  const { history, position } = conversation;
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const [visitStart, setVisitStart] = useState<VisitStart | null>(() => {
    const state = history.state.get();
    if (state.status !== "ready" || messageGroup.data === undefined) return null;
    return planVisitStart({
      ...state,
      // Before what the browser kept, nothing can be loaded.
      isComplete: state.isComplete || conversation.isRestored,
      messageGroup: messageGroup.data,
      user_uuid: user.uuid,
      position,
      messageUuid: messageUuid ?? null,
    });
  });
  const hasStarted = useRef(visitStart !== null);

  // Once for each visit, and when the person tries again.
  useEffect(() => {
    if (hasStarted.current) {
      void history.catchUp();
      return;
    }
    let isLeft = false;
    const load = (uuid: string | null) =>
      loadVisitStart({
        history,
        messageGroup: messageGroup.fetch(),
        user_uuid: user.uuid,
        position: conversation.position,
        messageUuid: uuid,
      });
    load(messageUuid ?? null)
      .catch((reason: unknown) => {
        if (failureCode(reason) !== "message_not_found") throw reason;
        showToast({ text: describeError(reason) });
        return load(null);
      })
      .then(
        (loaded) => {
          if (isLeft) return;
          hasStarted.current = true;
          setVisitStart(loaded);
        },
        (reason: unknown) => {
          if (!isLeft) setError(reason);
        },
      );
    return () => {
      isLeft = true;
    };
  }, [history, attempt]);

  useLiveEvent("ready", () => void history.catchUp());
  useLiveEvent("resync", () => void history.catchUp());

  return {
    visitStart,
    error,
    retry() {
      setError(null);
      setAttempt(attempt + 1);
    },
  };
}
