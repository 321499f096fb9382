import { isRetryable } from "../../../lib/errors.ts";
import { createReadProgress, READ_AFTER_MS } from "./read-progress.ts";

/** The shortest time between two requests. A later marker replaces the ones in between. */
const THROTTLE_MS = 1_000;
const RETRY_MS = 5_000;
/** After this time a request counts as failed. Repeating it is safe: markers only move forward. */
const TIMEOUT_MS = 15_000;

/**
 * Sends read markers for messages that were in view for a second while the person looked at the
 * page. Markers only move forward.
 * @param options.marker the newest message that was read before; "" before the first
 * @param options.isLooking whether the page is visible and has focus. A browser may change this
 *   without an event, so it is checked again every second while an unread message is in view.
 * @param options.hasUnread whether somebody else wrote a message after the first uuid, up to the
 *   second one. Own messages are not worth a request.
 * @param options.markRead a call that fails is repeated when it may succeed later
 */
export function createReadTracker(options: {
  marker: string;
  isLooking(): boolean;
  hasUnread(after: string, upTo: string): boolean;
  markRead(message_uuid: string, signal: AbortSignal): Promise<unknown>;
}) {
  const progress = createReadProgress(options.marker);
  let visible: string | null = null;
  let read = options.marker;
  let sent = options.marker;
  let wanted = options.marker;
  let isSending = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function refresh(): void {
    // Not the time of day: it jumps when the device's clock is set.
    const nowMs = performance.now();
    const isLooking = options.isLooking();
    progress.setVisible(isLooking ? visible : null, nowMs);
    const taken = progress.takeRead(nowMs);
    if (taken !== null) {
      read = taken;
      if (options.hasUnread(sent, taken)) {
        wanted = taken;
        void send();
      }
    }
    clearTimeout(timer);
    const dueMs = progress.dueMs();
    const isWaitingForFocus = !isLooking && visible !== null && visible > read;
    if (dueMs !== null) timer = setTimeout(refresh, Math.max(0, dueMs - nowMs));
    else if (isWaitingForFocus) timer = setTimeout(refresh, READ_AFTER_MS);
  }

  async function send(): Promise<void> {
    if (isSending || wanted <= sent) return;
    isSending = true;
    const target = wanted;
    const outcome = await attempt(target);
    if (outcome !== "retry") sent = target;
    setTimeout(
      () => {
        isSending = false;
        void send();
      },
      outcome === "retry" ? RETRY_MS : THROTTLE_MS,
    );
  }

  async function attempt(message_uuid: string): Promise<"done" | "refused" | "retry"> {
    const abort = new AbortController();
    const timeout = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      await options.markRead(message_uuid, abort.signal);
      return "done";
    } catch (error) {
      return abort.signal.aborted || isRetryable(error) ? "retry" : "refused";
    } finally {
      clearTimeout(timeout);
    }
  }

  return {
    /** Call after every change of focus or visibility. */
    refresh,

    /** Marks everything up to a message as read at once: who answers has read. */
    readNow(message_uuid: string): void {
      if (message_uuid <= read) return;
      read = message_uuid;
      progress.skipTo(message_uuid);
      if (!options.hasUnread(sent, message_uuid)) return;
      wanted = message_uuid;
      void send();
    },

    /** Call with the newest visible message after every move of the feed. */
    setVisible(message_uuid: string | null): void {
      if (message_uuid === visible) return;
      visible = message_uuid;
      refresh();
    },

    stop: () => clearTimeout(timer),
  };
}
