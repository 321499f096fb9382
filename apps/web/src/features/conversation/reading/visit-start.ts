import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import { firstUnread } from "../feed/feed-rows.ts";
import type { MessageHistory } from "../message-history/message-history.ts";
import type { SavedPosition } from "../scroll/scroll-anchor.ts";

/** How a visit begins: where, and what was unread then. Frozen until the conversation is left. */
export interface Opening {
  divider: string | null;
  /** The newest message read before the visit; "" before the first. */
  marker: string;
  start:
    | { at: "end" }
    | { at: "divider" }
    | { at: "message"; uuid: string }
    | { at: "position"; position: SavedPosition };
}

type ReadState = Pick<
  MessageGroupDetail,
  "read_message_uuid" | "unread_count" | "last_message_uuid"
>;

/** Up to where the person has read; with nothing unread that includes the newest message then. */
export function readMarker(group: ReadState): string {
  const marker = group.read_message_uuid ?? "";
  return group.unread_count === 0 && group.last_message_uuid > marker
    ? group.last_message_uuid
    : marker;
}

/**
 * How to begin with what is loaded.
 * @returns null when the first unread message may lie before the loaded window
 */
export function planVisitStart(options: {
  messages: readonly Message[];
  isComplete: boolean;
  group: ReadState;
  user_uuid: string;
  position: SavedPosition | null;
  messageUuid: string | null;
}): Opening | null {
  const { messages, isComplete, group, user_uuid, position, messageUuid } = options;
  const marker = readMarker(group);
  const divider = firstUnread(messages, marker, user_uuid);
  const isBefore = divider !== null && !isComplete && (messages[0]?.uuid ?? "") > marker;
  if (messageUuid !== null) {
    const isLoaded = messages.some(({ uuid }) => uuid === messageUuid);
    if (!isLoaded) return null;
    return {
      divider: isBefore ? null : divider,
      marker,
      start: { at: "message", uuid: messageUuid },
    };
  }
  if (position !== null) {
    return { divider: isBefore ? null : divider, marker, start: { at: "position", position } };
  }
  if (isBefore) return null;
  return { divider, marker, start: divider === null ? { at: "end" } : { at: "divider" } };
}

/**
 * Loads what the visit begins with: the linked message's page, the page around the read marker,
 * or the newest one.
 * @throws what the requests throw; `message_not_found` for a link that leads nowhere
 */
export async function loadVisitStart(options: {
  history: MessageHistory;
  group: Promise<ReadState>;
  user_uuid: string;
  position: SavedPosition | null;
  messageUuid: string | null;
}): Promise<Opening> {
  const { history, user_uuid, messageUuid } = options;
  const first =
    messageUuid !== null
      ? history.open({ at: "message", uuid: messageUuid })
      : history.state.get().status === "ready"
        ? history.catchUp()
        : history.open({ at: "newest" });
  const [group] = await Promise.all([options.group, first]);
  const plan = () => planVisitStart({ ...options, ...history.state.get(), group, user_uuid });
  const ready = plan();
  if (ready !== null) return ready;
  const marker = readMarker(group);
  await history.open(
    marker === ""
      ? { at: "moment", since: new Date(0).toISOString() }
      : { at: "message", uuid: marker },
  );
  // Whatever is there now is what the visit begins with.
  return plan() ?? { divider: null, marker, start: { at: "end" } };
}
