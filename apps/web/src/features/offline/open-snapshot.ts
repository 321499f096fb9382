import type { MessageGroupDetail } from "@cruddur/contract/message-groups";
import type { OwnUser } from "@cruddur/contract/users";
import type { QueryClient } from "@tanstack/react-query";
import { getQueryKey } from "@trpc/react-query";
import type { MessageGroupList } from "../../lib/inbox.ts";
import { trpc } from "../../lib/trpc.ts";
import { restoreConversation } from "../conversation/message-history/conversation-cache.ts";
import { INBOX_PAGE } from "../inbox/use-message-group-list.ts";
import { openSnapshotStore } from "./snapshot-store.ts";

/**
 * Puts what the browser keeps where the pages look for it. It counts as old there, so the pages read
 * all of it again as soon as the server answers.
 * @returns whose it is and from when; null when nothing is kept. Rejects when storage is refused
 */
export async function openSnapshot(
  queryClient: QueryClient,
): Promise<{ user: OwnUser; asOfMs: number } | null> {
  const store = await openSnapshotStore();
  try {
    const session = await store.currentKey();
    const inbox = session && (await store.read("inbox", session));
    if (session === null || inbox === null) return null;
    const { user, page, slots } = inbox;
    const kept = await Promise.all(slots.map((slot, at) => slot && store.read(at, session)));
    for (const conversation of kept) {
      if (conversation === null) continue;
      const { messageGroup } = conversation;
      const message_group_uuid = messageGroup.uuid;
      const listed = page.items.find(({ uuid }) => uuid === message_group_uuid);
      setOld(getQueryKey(trpc.messageGroups.get, { message_group_uuid }, "query"), {
        ...messageGroup,
        ...listed,
      } satisfies MessageGroupDetail);
      await restoreConversation(user.uuid, message_group_uuid, conversation.page);
    }
    const key = getQueryKey(trpc.messageGroups.list, INBOX_PAGE, "query");
    setOld(key, { ...page, isOutdated: true } satisfies MessageGroupList);
    return { user, asOfMs: session.asOfMs };
  } finally {
    store.close();
  }

  function setOld(key: readonly unknown[], data: object): void {
    queryClient.setQueryData(key, data, { updatedAt: 1 });
  }
}
