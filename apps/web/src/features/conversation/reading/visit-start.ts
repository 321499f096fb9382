import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { Message } from "@cruddur/contract/messages";
import { firstUnreadUuid } from "../feed/feed-rows.ts";
import type { MessageHistory } from "../message-history/message-history.ts";
import type { SavedPosition } from "../scroll/scroll-anchor.ts";

/** Where a visit of a conversation starts, and what was unread then. It stays for the whole visit. */
export interface VisitStart {
  /** The first unread message, above which the line "New messages" stands. */
  divider: string | null;
  /** The newest message that was read before the visit; "" before the first. */
  marker: string;
  place:
    | { at: "end" }
    | { at: "divider" }
    | { at: "message"; uuid: string }
    | { at: "position"; position: SavedPosition };
}

type ReadState = Pick<
  MessageGroupDetail,
  "read_message_uuid" | "unread_count" | "last_message_uuid"
>;

interface VisitOptions {
  user_uuid: string;
  position: SavedPosition | null;
  messageUuid: string | null;
}

/** Up to where the person has read. When nothing is unread, that is the newest message. */
function readMarkerOf(messageGroup: ReadState): string {
  const marker = messageGroup.read_message_uuid ?? "";
  const isAllRead = messageGroup.unread_count === 0 && messageGroup.last_message_uuid > marker;
  return isAllRead ? messageGroup.last_message_uuid : marker;
}

/**
 * Decides where to start with the messages that are loaded.
 * @returns null when the first unread message, or the linked one, may not be loaded
 */
export function planVisitStart(
  options: VisitOptions & {
    messages: readonly Message[];
    isComplete: boolean;
    messageGroup: ReadState;
  },
): VisitStart | null {
  const { messages, isComplete, messageGroup, user_uuid, position, messageUuid } = options;
  const marker = readMarkerOf(messageGroup);
  const firstLoaded = firstUnreadUuid(messages, marker, user_uuid);
  const isEarlier = firstLoaded !== null && !isComplete && (messages[0]?.uuid ?? "") > marker;
  const divider = isEarlier ? null : firstLoaded;
  if (messageUuid !== null) {
    const isLoaded = messages.some(({ uuid }) => uuid === messageUuid);
    return isLoaded ? { divider, marker, place: { at: "message", uuid: messageUuid } } : null;
  }
  if (position !== null) return { divider, marker, place: { at: "position", position } };
  if (isEarlier) return null;
  return { divider, marker, place: divider === null ? { at: "end" } : { at: "divider" } };
}

/**
 * Loads the messages that the visit starts with: the page of the linked message, the page around
 * the read marker, or the newest page.
 * @throws what the requests throw; `message_not_found` when the linked message does not exist
 */
export async function loadVisitStart(
  options: VisitOptions & { history: MessageHistory; messageGroup: Promise<ReadState> },
): Promise<VisitStart> {
  const { history, messageUuid } = options;
  const [messageGroup] = await Promise.all([
    options.messageGroup,
    messageUuid !== null
      ? history.open({ at: "message", uuid: messageUuid })
      : history.state.get().status === "ready"
        ? history.catchUp()
        : history.open({ at: "newest" }),
  ]);
  const plan = () => planVisitStart({ ...options, ...history.state.get(), messageGroup });
  const planned = plan();
  if (planned !== null) return planned;
  const marker = readMarkerOf(messageGroup);
  await history.open(
    marker === ""
      ? { at: "moment", since: new Date(0).toISOString() }
      : { at: "message", uuid: marker },
  );
  return plan() ?? { divider: null, marker, place: { at: "end" } };
}
