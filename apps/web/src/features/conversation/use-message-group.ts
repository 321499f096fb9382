import { useCallback } from "react";
import { addOwnRead } from "../../lib/inbox-store.ts";
import { useLiveEvent } from "../../lib/live-events.ts";
import { trpc } from "../../lib/trpc.ts";

/** The conversation's names, members and read markers, kept current by live events. */
export function useMessageGroup(message_group_uuid: string, user_uuid: string) {
  const utils = trpc.useUtils();
  const query = trpc.messageGroups.get.useQuery({ message_group_uuid });

  const moveMarker = useCallback(
    (reader: string, message_uuid: string, unread_count: number | null) => {
      utils.messageGroups.get.setData({ message_group_uuid }, (group) => {
        if (group === undefined) return group;
        const later = (before: string | null) =>
          before !== null && before > message_uuid ? before : message_uuid;
        const isOwn = reader === user_uuid;
        return {
          ...group,
          read_message_uuid: isOwn ? later(group.read_message_uuid) : group.read_message_uuid,
          unread_count: isOwn && unread_count !== null ? unread_count : group.unread_count,
          members: group.members.map((member) =>
            member.uuid === reader
              ? { ...member, read_message_uuid: later(member.read_message_uuid) }
              : member,
          ),
        };
      });
    },
    [utils, message_group_uuid, user_uuid],
  );

  useLiveEvent("read", (event) => {
    if (event.message_group_uuid !== message_group_uuid) return;
    moveMarker(event.user_uuid, event.message_uuid, event.unread_count);
  });
  useLiveEvent("user", ({ user }) => {
    utils.messageGroups.get.setData({ message_group_uuid }, (group) => {
      if (group === undefined) return group;
      const { display_name } = user;
      return {
        ...group,
        display_name: group.user_uuid === user.uuid ? display_name : group.display_name,
        members: group.members.map((member) =>
          member.uuid === user.uuid ? { ...member, display_name } : member,
        ),
      };
    });
  });

  const { mutateAsync } = trpc.messageGroups.markRead.useMutation();
  const markRead = useCallback(
    async (message_uuid: string) => {
      const read = await mutateAsync({ message_group_uuid, message_uuid });
      moveMarker(user_uuid, read.read_message_uuid, read.unread_count);
      addOwnRead({
        message_group_uuid,
        message_uuid: read.read_message_uuid,
        unread_count: read.unread_count,
      });
    },
    [mutateAsync, moveMarker, message_group_uuid, user_uuid],
  );

  return {
    data: query.data,
    error: query.error,
    /** The group as the server has it now; what is cached may be older than the inbox. */
    fetch: useCallback(
      () => utils.messageGroups.get.fetch({ message_group_uuid }, { staleTime: 0 }),
      [utils, message_group_uuid],
    ),
    markRead,
  };
}
