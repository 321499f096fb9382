import type { LiveNoticesOptions } from "./live-notices.ts";
import { connectValkey } from "./valkey-link.ts";

interface Subscription {
  /** The subscription under way, shared by those who ask at the same time. */
  made?: Promise<void> | undefined;
  /** The moment since which every message has arrived; null while they don't. */
  sinceMs: number | null;
}

const hashTag = (channel: string): string => /\{(.*?)\}/.exec(channel)?.[1] ?? channel;
/** Channels in one command, so that a server with very many doesn't hold up its shard. */
const CHANNELS_PER_COMMAND = 500;

/** Keeps a set of channels subscribed to across lost connections, and says when messages were lost. */
export function createSubscriptions(
  options: LiveNoticesOptions & {
    url: string;
    onMessage: (channel: string, payload: string) => void;
    onGap: () => void;
  },
) {
  const { url, onMessage, onGap, onError, keepAliveMs = 15_000, timeoutMs = 5_000 } = options;
  const wanted = new Map<string, Subscription>();
  let isComplete = false;
  /** Counts lost connections, so that what was asked of an earlier one isn't taken for an answer. */
  let breaks = 0;
  let isClosed = false;
  let setAttempted = () => {};
  const attempted = new Promise<void>((resolve) => {
    setAttempted = resolve;
  });

  const link = connectValkey({
    ...{ url, timeoutMs, onMessage, onError },
    onReady() {
      restore()
        .catch((error: unknown) => {
          if (isClosed) return;
          onError(error);
          link.reconnect();
        })
        .finally(setAttempted);
    },
    onBreak() {
      breaks += 1;
      isComplete = false;
      for (const subscription of wanted.values()) subscription.sinceMs = null;
      setAttempted();
    },
  });

  /** Subscribes to some channels, in commands of one hash slot each. */
  async function subscribe(channels: Iterable<string>): Promise<void> {
    const bySlot = new Map<string, string[]>();
    for (const channel of channels) {
      const tag = hashTag(channel);
      bySlot.set(tag, [...(bySlot.get(tag) ?? []), channel]);
    }
    await Promise.all(
      [...bySlot.values()].flatMap((all) =>
        Array.from({ length: Math.ceil(all.length / CHANNELS_PER_COMMAND) }, (_, n) =>
          link.subscribe(all.slice(n * CHANNELS_PER_COMMAND, (n + 1) * CHANNELS_PER_COMMAND)),
        ),
      ),
    );
  }

  /** Subscribes to everything that is wanted, on a new connection. */
  async function restore(): Promise<void> {
    const before = breaks;
    const all = [...wanted];
    await subscribe(all.map(([channel]) => channel));
    if (breaks !== before) return;
    for (const [, subscription] of all) subscription.sinceMs = Date.now();
    isComplete = true;
    if (before > 0) onGap();
  }

  // One question to each connection that carries subscriptions: to end one that doesn't exist.
  const keepAlive = setInterval(() => {
    const before = breaks;
    const tags = isComplete ? new Set([...wanted.keys()].map(hashTag)) : [];
    Promise.all([...tags].map((tag) => link.unsubscribe(`{${tag}}`))).catch((error: unknown) => {
      if (isClosed || breaks !== before) return;
      onError(error);
      link.reconnect();
    });
  }, keepAliveMs);
  keepAlive.unref();

  return {
    publish: link.publish,

    /** Resolves once the channel's messages arrive, or once that has to wait for the connection. */
    async add(channel: string): Promise<void> {
      const known = wanted.get(channel);
      const subscription: Subscription = known ?? { sinceMs: null };
      wanted.set(channel, subscription);
      await attempted;
      if (subscription.sinceMs !== null || !link.canSubscribe()) return;
      const before = breaks;
      subscription.made ??= subscribe([channel])
        .then(() => {
          if (breaks === before) subscription.sinceMs ??= Date.now();
        })
        .finally(() => {
          subscription.made = undefined;
        });
      await subscription.made;
    },

    async remove(channel: string): Promise<void> {
      wanted.delete(channel);
      if (link.canSubscribe()) await link.unsubscribe(channel);
      // Asked for again while the command was on its way.
      if (wanted.has(channel)) await subscribe([channel]);
    },

    sinceMs: (channel: string): number | null => wanted.get(channel)?.sinceMs ?? null,
    ready: () => Promise.all([attempted, link.publisherAttempted]).then(() => undefined),
    isComplete: () => isComplete && link.canPublish(),
    close() {
      isClosed = true;
      clearInterval(keepAlive);
      link.close();
    },
  };
}
