import { randomBytes } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import { LRUCache } from "lru-cache";
import {
  type Audience,
  type LiveNotices,
  type LiveNoticesOptions,
  NOTICE_MAX_BYTES,
  type Topic,
} from "./live-notices.ts";
import { createSubscriptions } from "./valkey-subscriptions.ts";

const NOTICES = "notices";
/** How long a person's channel is kept after the last live connection: browsers often reconnect. */
const LINGER_MS = 60_000;
/** Notices that have arrived: one to several people who are attended here comes on each one's channel. */
const MAX_ARRIVED = 20_000;

/**
 * The channel of a person or a topic. The last two digits of a uuid are random, and as a hash tag they
 * spread people over at most 256 hash slots, so that many can be subscribed to in one command.
 */
export const personChannel = (user_uuid: string): string =>
  `cruddur:{${user_uuid.slice(-2)}}:${user_uuid}`;
const topicChannel = (topic: string): string => `cruddur:{${topic}}`;

/**
 * Notices over sharded publish and subscribe of Valkey, or Redis 7 or later: each person has a channel,
 * which a server subscribes to while the person has a live connection there. A notice costs the servers
 * it concerns, not all of them.
 */
export function createValkeyNotices(
  options: LiveNoticesOptions & { url: string; lingerMs?: number },
): LiveNotices {
  const { onError, lingerMs = LINGER_MS } = options;
  const handlers = new Map<string, Set<(payload: string) => void>>();
  const gaps = new Set<() => void>();
  const arrived = new LRUCache<string, true>({ max: MAX_ARRIVED });
  /** Names this process in the ids of its notices. */
  const sender = randomBytes(6).toString("base64url");
  let published = 0;

  const guard = (work: () => void) => {
    try {
      work();
    } catch (error) {
      onError(error);
    }
  };
  const subscriptions = createSubscriptions({
    ...options,
    onMessage(channel, framed) {
      const end = framed.indexOf("\n");
      const id = framed.slice(0, end);
      if (arrived.has(id)) return;
      arrived.set(id, true);
      const payload = framed.slice(end + 1);
      const name = /^cruddur:\{([a-z]{3,})\}$/.exec(channel)?.[1] ?? NOTICES;
      for (const handler of handlers.get(name) ?? []) guard(() => handler(payload));
    },
    onGap: () => gaps.forEach(guard),
  });
  /** How many live connections each attended person has here, and the end of the attendance. */
  const people = new Map<string, { count: number; ending?: NodeJS.Timeout | undefined }>();
  subscriptions.add(topicChannel(NOTICES)).catch(onError);

  async function send(channels: readonly string[], payload: string): Promise<void> {
    if (Buffer.byteLength(payload) > NOTICE_MAX_BYTES) {
      throw new RangeError(`a notice holds at most ${NOTICE_MAX_BYTES} bytes`);
    }
    published += 1;
    const framed = `${sender}${published.toString(36)}\n${payload}`;
    try {
      await Promise.all(channels.map((channel) => subscriptions.publish(channel, framed)));
    } catch (cause) {
      throw new AppError("unavailable", { cause, retryAfterSeconds: 1 });
    }
  }
  const addHandler = (name: string, handler: (payload: string) => void) => {
    handlers.set(name, (handlers.get(name) ?? new Set()).add(handler));
  };

  return {
    usesAudience: true,
    publish: (audience: Audience, payload) =>
      audience === "everyone"
        ? send([topicChannel(NOTICES)], payload)
        : send([...new Set(audience)].map(personChannel), payload),
    onNotice: (handler) => addHandler(NOTICES, handler),
    broadcast: (topic: Topic, payload) => send([topicChannel(topic)], payload),
    subscribe(topic, handler) {
      addHandler(topic, handler);
      subscriptions.add(topicChannel(topic)).catch(onError);
    },
    async attend(user_uuid) {
      const person = people.get(user_uuid) ?? { count: 0 };
      people.set(user_uuid, person);
      person.count += 1;
      clearTimeout(person.ending);
      await subscriptions.add(personChannel(user_uuid)).catch(onError);
    },
    leave(user_uuid) {
      const person = people.get(user_uuid);
      if (person === undefined) return;
      person.count -= 1;
      if (person.count > 0) return;
      person.ending = setTimeout(() => {
        people.delete(user_uuid);
        subscriptions.remove(personChannel(user_uuid)).catch(onError);
      }, lingerMs);
      person.ending.unref();
    },
    attendedSinceMs: (user_uuid) => subscriptions.sinceMs(personChannel(user_uuid)),
    onGap: (callback) => void gaps.add(callback),
    ready: subscriptions.ready,
    isConnected: subscriptions.isComplete,
    async close() {
      for (const { ending } of people.values()) clearTimeout(ending);
      subscriptions.close();
    },
  };
}
