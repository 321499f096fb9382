import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import { useCallback } from "react";
import { addOwnRead } from "../../lib/inbox-store.ts";
import { useLiveEvent } from "../../lib/live-events.ts";
import { getClient, trpc } from "../../lib/trpc.ts";

const JUST_READ_MS = 2_000;

/** The conversation's name, members and read markers, kept up to date by live events. */
export function useMessageGroup(message_group_uuid: string, user_uuid: string) {
  const utils = trpc.useUtils();
  const query = trpc.messageGroups.get.useQuery({ message_group_uuid });

  const update = useCallback(
    (change: (messageGroup: MessageGroupDetail) => MessageGroupDetail) =>
      utils.messageGroups.get.setData(
        { message_group_uuid },
        (messageGroup) => messageGroup && change(messageGroup),
      ),
    [utils, message_group_uuid],
  );

  const moveReadMarker = useCallback(
    (reader: string, message_uuid: string, unread_count: number | null) =>
      update((messageGroup) => {
        const later = (before: string | null) =>
          before !== null && before > message_uuid ? before : message_uuid;
        const own = {
          read_message_uuid: later(messageGroup.read_message_uuid),
          unread_count: unread_count ?? messageGroup.unread_count,
          marked_unread: false,
        };
        return {
          ...messageGroup,
          ...(reader === user_uuid ? own : {}),
          members: messageGroup.members.map((member) =>
            member.uuid === reader
              ? { ...member, read_message_uuid: later(member.read_message_uuid) }
              : member,
          ),
        };
      }),
    [update, user_uuid],
  );

  useLiveEvent("message", ({ message }) => {
    if (message.message_group_uuid !== message_group_uuid) return;
    // Each message to somebody who has not answered leaves one less, and an answer ends the limit.
    if (query.data?.request === "sent") {
      void utils.messageGroups.get.invalidate({ message_group_uuid });
    }
  });
  useLiveEvent("read", (event) => {
    if (event.message_group_uuid !== message_group_uuid) return;
    moveReadMarker(event.user_uuid, event.message_uuid, event.unread_count);
  });
  useLiveEvent("user", ({ user: { uuid, display_name } }) =>
    update((messageGroup) => ({
      ...messageGroup,
      display_name: messageGroup.user_uuid === uuid ? display_name : messageGroup.display_name,
      members: messageGroup.members.map((member) =>
        member.uuid === uuid ? { ...member, display_name } : member,
      ),
    })),
  );

  return {
    // A broken answer, such as a proxy's, is no conversation.
    data: query.data?.uuid === message_group_uuid ? query.data : undefined,
    error: query.error,
    /**
     * Reads the message group from the server. The cached one may be older than the inbox, unless
     * it was read a moment ago by the page that led here.
     */
    fetch: useCallback(() => {
      const input = { message_group_uuid };
      // A broken answer must not be taken for a reading, or trying again would repeat it.
      const isRead = utils.messageGroups.get.getData(input)?.uuid === message_group_uuid;
      return utils.messageGroups.get.fetch(input, { staleTime: isRead ? JUST_READ_MS : 0 });
    }, [utils, message_group_uuid]),
    markRead: useCallback(
      async (message_uuid: string, signal: AbortSignal) => {
        const { read_message_uuid, unread_count } = await getClient().messageGroups.markRead.mutate(
          { message_group_uuid, message_uuid },
          { signal },
        );
        moveReadMarker(user_uuid, read_message_uuid, unread_count);
        addOwnRead({ message_group_uuid, message_uuid: read_message_uuid, unread_count });
      },
      [moveReadMarker, message_group_uuid, user_uuid],
    ),
  };
}
