import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { useEffect, useRef, useState } from "react";
import { describeError, failureCode } from "../../../lib/errors.ts";
import { useLiveEvent } from "../../../lib/live-events.ts";
import { useSession } from "../../../lib/session.tsx";
import { showToast } from "../../../ui/toasts.tsx";
import type { Conversation } from "../message-history/conversation-cache.ts";
import { loadVisitStart, type Opening, planVisitStart } from "./visit-start.ts";

interface OpeningOptions {
  conversation: Conversation;
  group: { data: MessageGroupDetail | undefined; fetch(): Promise<MessageGroupDetail> };
  messageUuid: string | undefined;
}

/**
 * Begins a visit: at once from what is kept, else when what it begins with is loaded. What is
 * kept is brought up to date behind, and again after every gap in the live connection.
 */
export function useVisitStart({ conversation, group, messageUuid }: OpeningOptions): {
  opening: Opening | null;
  error: unknown;
  retry(): void;
} {
  const { user } = useSession();
  const { history } = conversation;
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const [opening, setOpening] = useState<Opening | null>(() => {
    const state = history.state.get();
    if (state.status !== "ready" || group.data === undefined) return null;
    return planVisitStart({
      ...state,
      group: group.data,
      user_uuid: user.uuid,
      position: conversation.position,
      messageUuid: messageUuid ?? null,
    });
  });
  const begun = useRef(opening !== null);

  // Once per visit, and when tried again.
  useEffect(() => {
    if (begun.current) {
      void history.catchUp();
      return;
    }
    let isLeft = false;
    const load = (uuid: string | null) =>
      loadVisitStart({
        history,
        group: group.fetch(),
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
          begun.current = true;
          setOpening(loaded);
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
    opening,
    error,
    retry() {
      setError(null);
      setAttempt(attempt + 1);
    },
  };
}
