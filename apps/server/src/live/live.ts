import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@cruddur/contract/errors";
import type { UserShort } from "@cruddur/contract/users";
import type { MessagesStore } from "@cruddur/ddb/types";
import { bulkhead } from "cockatiel";
import type { Live, People } from "../api/context.ts";
import { readMissed } from "./catch-up.ts";
import type { StreamQueue } from "./connection.ts";
import { createDeliver } from "./deliver.ts";
import { parseEventId } from "./event-id.ts";
import { Hub, type HubLimits, toEnvelope } from "./hub.ts";
import { createMembers } from "./members.ts";
import type { LiveNotice, LiveStream } from "./types.ts";

/** When to look again for what the stream worker hadn't yet moved at the first look. */
const SECOND_LOOK_MS = 3_000;
/** Catching up costs reads; when thousands come back at once they wait for one another. */
const MAX_CATCHING_UP = 20;
/** How many of a person's conversations hear of a new name at once. */
const NAME_CHANGE_GROUPS = 50;
const NAME_CHANGE_MAX_PEOPLE = 150;

export interface LiveChannel {
  publish(payload: string): Promise<void>;
  subscribe(handler: (payload: string) => void): Promise<unknown>;
  /** Called when listening again after a break. */
  onReconnect(callback: () => void): unknown;
}

export interface LiveOptions extends HubLimits {
  store: MessagesStore;
  people: People & { evict(user: { uuid: string; handle?: string }): Promise<void> };
  channel: LiveChannel;
  /** This server's id: its own notices have been delivered already. */
  serverId: string;
  onSignedOut: (user_uuid: string, atMs: number) => void;
  onError: (error: unknown) => void;
}

export interface LiveService extends Live {
  openStreams(): number;
  /** Ends all streams; browsers reconnect, by then to another server. */
  close(): void;
}

export function createLive(options: LiveOptions): LiveService {
  const { store, people, channel, serverId, onSignedOut, onError } = options;
  const hub = new Hub(options);
  const members = createMembers(store);
  const deliver = createDeliver({ hub, members, store, people });
  const catchingUp = bulkhead(MAX_CATCHING_UP, Number.POSITIVE_INFINITY);
  let closed = false;
  let lostOwn = false;

  const tell = (notice: LiveNotice): void => {
    channel.publish(JSON.stringify({ from: serverId, notice })).catch((error: unknown) => {
      lostOwn = true;
      onError(error);
    });
  };

  async function receive(payload: string): Promise<void> {
    const { from, notice } = JSON.parse(payload) as { from: string; notice: LiveNotice };
    if (from === serverId) return;
    switch (notice.type) {
      case "message":
        return deliver.message(notice);
      case "read":
        return deliver.read(notice);
      case "typing":
        return deliver.typing(notice);
      case "user":
        await people.evict({ uuid: notice.user_uuid, handle: notice.handle });
        return deliver.user(notice);
      case "signed_out":
        onSignedOut(notice.user_uuid, notice.atMs);
        return deliver.signedOut(notice);
      case "lost":
        return hub.broadcast({ type: "resync" });
    }
  }

  void channel
    .subscribe((payload) => void receive(payload).catch(onError))
    .catch((error: unknown) => onError(error));
  channel.onReconnect(() => {
    hub.broadcast({ type: "resync" });
    if (!lostOwn) return;
    lostOwn = false;
    tell({ type: "lost" });
  });

  async function catchUp(stream: StreamQueue, lastEventId: string, signal: AbortSignal) {
    const sinceMs = parseEventId(lastEventId, Date.now());
    if (sinceMs === null) return stream.push(toEnvelope({ type: "resync" }));
    const sent = new Set<string>();
    const look = async () => {
      if (signal.aborted) return true;
      const input = { user_uuid: stream.user_uuid, sinceMs, sent };
      const events = await catchingUp.execute(() => readMissed({ store, people }, input));
      for (const event of events) stream.push(toEnvelope(event));
      return events.some(({ type }) => type === "resync");
    };
    if (await look()) return;
    await sleep(SECOND_LOOK_MS, undefined, { ref: false });
    await look();
  }

  async function* subscribe(input: Parameters<Live["subscribe"]>[0]): LiveStream {
    if (closed) throw new AppError("unavailable", { retryAfterSeconds: 1 });
    const { signal, lastEventId } = input;
    const stream = hub.open(input.user_uuid);
    const stop = () => stream.end();
    signal.addEventListener("abort", stop, { once: true });
    try {
      // Open before the first look, so that nothing falls between the two.
      stream.push(toEnvelope({ type: "ready" }));
      if (lastEventId !== null) {
        catchUp(stream, lastEventId, signal).catch((error: unknown) => {
          onError(error);
          stream.push(toEnvelope({ type: "resync" }));
        });
      }
      yield* stream;
    } finally {
      signal.removeEventListener("abort", stop);
      hub.close(stream);
    }
  }

  /** Who hears of a new name at once: the people of recent conversations. Others see it on reading. */
  async function acquaintances(user_uuid: string): Promise<string[]> {
    const { items } = await store.listInbox({ user_uuid, limit: NAME_CHANGE_GROUPS });
    const lists = await Promise.all(
      items.map((row) =>
        row.member_count <= 2 ? [row.other.user_uuid] : members.of(row.message_group_uuid),
      ),
    );
    return [...new Set([user_uuid, ...lists.flat()])].slice(0, NAME_CHANGE_MAX_PEOPLE);
  }

  async function renamed(user: UserShort): Promise<void> {
    const to = await acquaintances(user.uuid).catch(() => [user.uuid]);
    const notice = { type: "user", user_uuid: user.uuid, handle: user.handle, to } as const;
    tell(notice);
    await deliver.user(notice);
  }

  return {
    openStreams: () => hub.size,
    subscribe,
    message(message, to) {
      const notice = {
        type: "message",
        message_group_uuid: message.message_group_uuid,
        message_uuid: message.uuid,
        ...to,
      } as const;
      tell(notice);
      deliver.message(notice, message).catch(onError);
    },
    read(input) {
      const notice = { type: "read", ...input } as const;
      tell(notice);
      deliver.read(notice).catch(onError);
    },
    typing(input) {
      const notice = { type: "typing", ...input } as const;
      tell(notice);
      deliver.typing(notice).catch(onError);
    },
    user: (user) => void renamed(user).catch(onError),
    signedOut(user_uuid) {
      const notice = { type: "signed_out", user_uuid, atMs: Date.now() } as const;
      onSignedOut(user_uuid, notice.atMs);
      tell(notice);
      deliver.signedOut(notice);
    },
    close() {
      closed = true;
      hub.end();
    },
  };
}
