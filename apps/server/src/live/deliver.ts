import type { Message } from "@cruddur/contract/messages";
import type { UserShort } from "@cruddur/contract/users";
import type { MessagesStore } from "@cruddur/ddb/types";
import type { People } from "../api/context.ts";
import { presentMessages } from "../api/present.ts";
import type { Hub } from "./hub.ts";
import type { Members } from "./members.ts";
import type { LiveNotice } from "./types.ts";

type NoticeOf<Type extends LiveNotice["type"]> = Extract<LiveNotice, { type: Type }>;

export interface DeliverOptions {
  hub: Hub;
  members: Members;
  store: Pick<MessagesStore, "getMessage">;
  people: Pick<People, "profiles">;
}

/** Takes notices, from here or another server, to the browsers connected here. */
export function createDeliver({ hub, members, store, people }: DeliverOptions) {
  /** Others of the group who are connected and allow what the person's own setting allows. */
  async function othersWith(
    setting: "read_receipts" | "typing_indicators",
    { user_uuid, message_group_uuid }: { user_uuid: string; message_group_uuid: string },
  ): Promise<string[]> {
    const all = await members.of(message_group_uuid);
    if (!all.includes(user_uuid)) return [];
    const others = hub.connected(all).filter((uuid) => uuid !== user_uuid);
    if (others.length === 0) return [];
    const profiles = await people.profiles([user_uuid, ...others]);
    if (profiles.get(user_uuid)?.[setting] !== true) return [];
    return others.filter((uuid) => profiles.get(uuid)?.[setting] === true);
  }

  return {
    /** @param known the message, on the server that stored it; others read it once */
    async message(notice: NoticeOf<"message">, known?: Message): Promise<void> {
      if (hub.size === 0) return;
      const { message_group_uuid, message_uuid } = notice;
      const all = notice.members ?? (await members.of(message_group_uuid, notice.member_count));
      const to = hub.connected(all);
      if (to.length === 0) return;
      if (known !== undefined) return hub.send(to, { type: "message", message: known });
      const stored = await store.getMessage({ message_group_uuid, message_uuid });
      if (stored === null) return;
      const [message] = await presentMessages([stored], people);
      if (message !== undefined) hub.send(to, { type: "message", message });
    },

    async read({ type, unread_count, ...ids }: NoticeOf<"read">): Promise<void> {
      if (hub.size === 0) return;
      hub.send([ids.user_uuid], { type, ...ids, unread_count });
      hub.send(await othersWith("read_receipts", ids), { type, ...ids, unread_count: null });
    },

    async typing({ type, ...ids }: NoticeOf<"typing">): Promise<void> {
      if (hub.size === 0) return;
      hub.send(await othersWith("typing_indicators", ids), { type, ...ids });
    },

    async user({ to, user_uuid }: NoticeOf<"user">): Promise<void> {
      const connected = hub.connected(to);
      if (connected.length === 0) return;
      const profile = (await people.profiles([user_uuid])).get(user_uuid);
      if (profile === undefined) return;
      const { uuid, handle, display_name } = profile;
      const user: UserShort = { uuid, handle, display_name };
      hub.send(connected, { type: "user", user });
    },

    signedOut({ user_uuid }: NoticeOf<"signed_out">): void {
      hub.send([user_uuid], { type: "signed_out" });
      hub.end(user_uuid);
    },
  };
}
