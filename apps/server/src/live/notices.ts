import type { LeftReason, LiveEvent } from "@cruddur/contract/live-events";
import type { Message } from "@cruddur/contract/messages";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { Audience } from "@cruddur/live-notices/live-notices";
import { toWireMessages } from "../api/wire-form.ts";
import type { People } from "../people/people.ts";
import type { EndedSessions, LiveConnections } from "./connections.ts";
import type { MemberLists } from "./member-lists.ts";
import type { RecentChanges } from "./recent-changes.ts";

/**
 * The live events that a connection makes by itself, and the one that former members receive with
 * the notice `group_changed`. Every other event begins with a notice of its own.
 */
type EventWithoutNotice = "ready" | "resync" | "group_left";
/** `lost`: some notices of a server were lost, so every browser must read its lists again. */
type NoticeType = Exclude<LiveEvent["type"], EventWithoutNotice> | "lost";

/** The content of each notice. A live event without an entry here doesn't compile. */
interface NoticeBodies {
  message: {
    message_group_uuid: string;
    message_uuid: string;
    member_count: number;
    /** The members' uuids, where the sender's server knows them without a read. */
    members?: string[] | undefined;
  };
  message_changed: NoticeBodies["message"];
  message_hidden: { user_uuid: string; message_group_uuid: string; message_uuid: string };
  read: {
    message_group_uuid: string;
    user_uuid: string;
    message_uuid: string;
    unread_count: number;
    /** True where nobody else may know. */
    own: boolean;
  };
  typing: { message_group_uuid: string; user_uuid: string };
  /** `block`: somebody was blocked or unblocked, so servers read again which members are apart. */
  message_group_changed: { message_group_uuid: string; to: string[]; block?: boolean };
  /** A group as a change leaves it: its system message, its members, and the people who are no longer members. */
  group_changed: {
    message_group_uuid: string;
    message_uuid: string | null;
    members: readonly string[];
    left: readonly string[];
    /** Why the people of `left` are no longer members; null where nobody has left. */
    reason: LeftReason | null;
  };
  /**
   * What servers have cached of a user is outdated.
   * `to`: the uuids of the people who receive the new name at once; empty after a change of settings.
   */
  user: { user_uuid: string; handle: string; to: string[] };
  /** Sessions have ended: the one of `origin_jti`, or all of the user but the one of `except`. */
  signed_out: { user_uuid: string } & EndedSessions;
  lost: object;
}

/**
 * What servers tell one another when something happens. A notice holds ids, handles, counts and
 * times, never the text of a message. A server to which receivers are connected reads the text from
 * the table.
 */
export type LiveNotice<Type extends NoticeType = NoticeType> = {
  [Each in Type]: { type: Each } & NoticeBodies[Each];
}[Type];

/** Finds the people whose servers need a notice. It is everyone where every server must forget cached data. */
export async function audienceOf(notice: LiveNotice, memberLists: MemberLists): Promise<Audience> {
  switch (notice.type) {
    case "message":
    case "message_changed":
      return notice.members ?? memberLists.get(notice.message_group_uuid, notice);
    case "read":
    case "typing":
      return memberLists.get(notice.message_group_uuid);
    case "message_hidden":
      return [notice.user_uuid];
    default:
      return "everyone";
  }
}

interface MessageId {
  message_group_uuid: string;
  message_uuid: string;
}

type NoticeHandlers = {
  [Type in NoticeType]: (notice: LiveNotice<Type>, message?: Message) => Promise<void> | void;
};

export interface NoticeHandlersOptions {
  connections: LiveConnections;
  memberLists: MemberLists;
  recentChanges: RecentChanges;
  store: Pick<MessagesStore, "getMessage">;
  people: Pick<People, "profiles" | "evict" | "forgetAll">;
  /** Without a uuid anybody's sessions may have ended. */
  onSignedOut: (user_uuid?: string) => void;
}

/** Turns notices, of this server or another, into live events for the browsers connected here. */
export function createNoticeHandlers(options: NoticeHandlersOptions): NoticeHandlers {
  const { connections, memberLists, recentChanges, store, people, onSignedOut } = options;

  /** The other members who are connected here, where they and the user both allow the setting. */
  async function othersWith(
    setting: "read_receipts" | "typing_indicators",
    { user_uuid, message_group_uuid }: { user_uuid: string; message_group_uuid: string },
  ): Promise<string[]> {
    const all = await memberLists.get(message_group_uuid, { actor_uuid: user_uuid });
    if (!all.includes(user_uuid)) return [];
    const others = connections.connected(all).filter((uuid) => uuid !== user_uuid);
    if (others.length === 0) return [];
    const profiles = await people.profiles([user_uuid, ...others]);
    if (profiles.get(user_uuid)?.[setting] !== true) return [];
    return others.filter((uuid) => profiles.get(uuid)?.[setting] === true);
  }

  /** @param known the message, on the server that stored it; other servers read it once */
  async function deliverMessage(
    notice: LiveNotice<"message" | "message_changed">,
    known: Message | undefined,
  ): Promise<void> {
    const { type, message_group_uuid, message_uuid } = notice;
    // A change is recorded for those who reconnect later, even while nobody is connected.
    if (connections.size === 0 && type === "message") return;
    const all = notice.members ?? (await memberLists.get(message_group_uuid, notice));
    if (type === "message_changed") {
      recentChanges.record({ message_group_uuid, message_uuid, members: all });
    }
    await sendMessage(all, notice, known);
  }

  async function sendMessage(
    members: readonly string[],
    { type, ...id }: { type: "message" | "message_changed" } & MessageId,
    known: Message | undefined,
  ): Promise<void> {
    const to = connections.connected(members);
    if (to.length === 0) return;
    if (known !== undefined) return connections.send(to, { type, message: known });
    const stored = await store.getMessage(id);
    if (stored === null) return;
    const [message] = await toWireMessages([stored], people);
    if (message !== undefined) connections.send(to, { type, message });
  }

  return {
    message: deliverMessage,
    message_changed: deliverMessage,

    message_hidden({ user_uuid, ...event }) {
      const { message_group_uuid, message_uuid } = event;
      recentChanges.record({ message_group_uuid, message_uuid, members: [user_uuid] });
      connections.send([user_uuid], event);
    },

    async read({ unread_count, own, ...event }) {
      if (connections.size === 0) return;
      connections.send([event.user_uuid], { ...event, unread_count });
      if (own) return;
      const others = await othersWith("read_receipts", event);
      connections.send(others, { ...event, unread_count: null });
    },

    async typing(event) {
      if (connections.size === 0) return;
      connections.send(await othersWith("typing_indicators", event), event);
    },

    message_group_changed({ to, block, ...event }) {
      if (block) memberLists.forget(event.message_group_uuid);
      connections.send(to, event);
    },

    async group_changed({ type, message_group_uuid, message_uuid, ...changed }, message) {
      const { members, left, reason } = changed;
      // First of all, so that nothing more is delivered to those who have left.
      memberLists.replace(message_group_uuid, members);
      if (left.length > 0) {
        recentChanges.record({ message_group_uuid, message_uuid: null, members: left, reason });
      }
      connections.send(left, { type: "group_left", message_group_uuid, reason });
      if (message_uuid !== null) {
        await sendMessage(members, { type: "message", message_group_uuid, message_uuid }, message);
      }
      connections.send(members, { type, message_group_uuid });
    },

    async user({ to, user_uuid, handle }) {
      await people.evict({ uuid: user_uuid, handle });
      const connected = connections.connected(to);
      if (connected.length === 0) return;
      const profile = (await people.profiles([user_uuid])).get(user_uuid);
      if (profile !== undefined) connections.send(connected, { type: "user", user: profile });
    },

    signed_out({ user_uuid, ...ended }) {
      onSignedOut(user_uuid);
      connections.signOut(user_uuid, ended);
    },

    lost() {
      onSignedOut();
      memberLists.clear();
      people.forgetAll();
      recentChanges.interrupt();
      connections.broadcast({ type: "resync" });
    },
  };
}
