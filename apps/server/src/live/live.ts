import { AppError } from "@cruddur/contract/errors";
import type { Message } from "@cruddur/contract/messages";
import type { UserShort } from "@cruddur/contract/users";
import type { SessionId } from "@cruddur/db/session-records";
import type { MessagesStore } from "@cruddur/ddb/store";
import type { LiveNotices } from "@cruddur/live-notices/live-notices";
import type { ErasureNotice } from "@cruddur/own-data/notices";
import type { People } from "../people/people.ts";
import { createCatchUp } from "./catch-up.ts";
import { type ConnectionLimits, LiveConnections } from "./connections.ts";
import { type LiveEnvelope, toEnvelope } from "./envelope.ts";
import { createMemberLists } from "./member-lists.ts";
import { audienceOf, createNoticeHandlers, type LiveNotice } from "./notices.ts";
import { RecentChanges } from "./recent-changes.ts";

/** How many of a person's newest conversations receive a new name at once, and how many people. */
const NAME_CHANGE_MESSAGE_GROUPS = 50;
const NAME_CHANGE_MAX_PEOPLE = 150;

export interface LiveOptions extends ConnectionLimits {
  store: MessagesStore;
  people: People;
  notices: LiveNotices;
  /** Marks this server's own notices, which it has delivered already when they come back. */
  serverId: string;
  /** Called on every server when sessions of a user have ended, or may have ended of anybody. */
  onSignedOut: (user_uuid?: string) => void;
  onError: (error: unknown) => void;
}

export type Live = ReturnType<typeof createLive>;

/**
 * Live events: what happens on any server reaches the browsers connected to any other. Delivery is
 * best effort. Whatever is lost, browsers catch up on when they reconnect or resync.
 */
export function createLive(options: LiveOptions) {
  const { store, people, notices, serverId, onError } = options;
  const connections = new LiveConnections(options);
  const memberLists = createMemberLists(store);
  const recentChanges = new RecentChanges();
  const handlers = createNoticeHandlers({ ...options, connections, memberLists, recentChanges });
  const catchUp = createCatchUp({ store, people, recentChanges, notices });
  let closed = false;
  let ownNoticesLost = false;

  async function deliver<Type extends LiveNotice["type"]>(
    notice: LiveNotice<Type>,
    message?: Message,
  ): Promise<void> {
    // Optional, because during a deployment a newer server may send a type unknown to this one.
    await handlers[notice.type]?.(notice, message);
  }

  /**
   * Delivers a notice to the browsers connected here and sends it to the other servers. Doesn't
   * wait and doesn't throw.
   * @param message of a notice about a message: the message, so that this server needn't read it
   */
  function publish(notice: LiveNotice, message?: Message): void {
    send(notice).catch((error: unknown) => {
      ownNoticesLost = true;
      onError(error);
    });
    deliver(notice, message).catch(onError);
  }

  async function send(notice: LiveNotice): Promise<void> {
    const audience = notices.usesAudience ? await audienceOf(notice, memberLists) : "everyone";
    await notices.publish(audience, JSON.stringify({ from: serverId, notice }));
  }

  async function receive(payload: string): Promise<void> {
    const { from, notice } = JSON.parse(payload) as { from: string; notice: LiveNotice };
    if (from !== serverId) await deliver(notice);
  }

  notices.onNotice((payload) => void receive(payload).catch(onError));
  notices.subscribe("sessions_ended", (user_uuid) => {
    // Without a uuid the connection was interrupted, and anybody's sessions may have ended.
    if (user_uuid === "") options.onSignedOut();
    else deliver({ type: "signed_out", user_uuid }).catch(onError);
  });
  notices.subscribe("operator_notices", (payload) => {
    // Empty after an interruption, which `sessions_ended` deals with.
    if (payload !== "") deliver(JSON.parse(payload) as ErasureNotice).catch(onError);
  });
  notices.ready().then(() => recentChanges.interrupt(), onError);
  notices.onGap(() => {
    options.onSignedOut();
    // Notices of other servers may be lost for the browsers here, and this server's for all.
    memberLists.clear();
    people.forgetAll();
    recentChanges.interrupt();
    if (ownNoticesLost) publish({ type: "lost" });
    else connections.broadcast({ type: "resync" });
    ownNoticesLost = false;
  });

  /** The people of a user's newest conversations. Others see a new name when they next read it. */
  async function listAcquaintances(user_uuid: string): Promise<string[]> {
    const limit = NAME_CHANGE_MESSAGE_GROUPS;
    const folders = await Promise.all(
      (["pinned", "inbox"] as const).map((folder) => store.listInbox({ user_uuid, folder, limit })),
    );
    const memberships = folders.flatMap(({ items }) => items).slice(0, limit);
    const lists = await Promise.all(
      memberships.map(({ other, message_group_uuid }) =>
        other === null ? memberLists.get(message_group_uuid) : [other.user_uuid],
      ),
    );
    return [...new Set([user_uuid, ...lists.flat()])].slice(0, NAME_CHANGE_MAX_PEOPLE);
  }

  return {
    publish,

    /** Publishes a user's new name to the people they write with. Doesn't wait and doesn't throw. */
    publishName({ uuid, handle }: Pick<UserShort, "uuid" | "handle">): void {
      void listAcquaintances(uuid)
        .catch(() => [uuid])
        .then((to) => publish({ type: "user", user_uuid: uuid, handle, to }));
    },

    /**
     * Makes every server forget a user's cached settings. No browser receives an event, because nobody
     * else may see them. Doesn't wait and doesn't throw.
     */
    publishSettings({ uuid, handle }: Pick<UserShort, "uuid" | "handle">): void {
      publish({ type: "user", user_uuid: uuid, handle, to: [] });
    },

    /**
     * The events of one live connection, until it is closed from either side. Throws `unavailable`
     * or `rate_limited` when there are too many connections.
     */
    async *subscribe(input: {
      session: SessionId;
      lastEventId: string | null;
      signal: AbortSignal;
    }): AsyncGenerator<LiveEnvelope, void> {
      if (closed) throw new AppError("unavailable", { retryAfterSeconds: 1 });
      const { signal, lastEventId } = input;
      const connection = connections.open(input.session);
      const end = () => connection.end();
      signal.addEventListener("abort", end, { once: true });
      try {
        // Notices arrive and the connection is open before the catch-up reads and before the browser
        // does, so that nothing is missed in between.
        await notices.attend(connection.user_uuid);
        connection.push(toEnvelope({ type: "ready" }));
        if (lastEventId !== null) {
          catchUp(connection, lastEventId, signal).catch((error: unknown) => {
            onError(error);
            connection.push(toEnvelope({ type: "resync" }));
          });
        }
        yield* connection;
      } finally {
        signal.removeEventListener("abort", end);
        connections.close(connection);
        notices.leave(connection.user_uuid);
      }
    },

    countConnections: (): number => connections.size,

    /** Ends all connections and accepts no more. Browsers reconnect, to another server. */
    close(): void {
      closed = true;
      connections.end();
    },
  };
}
