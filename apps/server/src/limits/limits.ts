import { AppError } from "@cruddur/contract/errors";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { LimitKey, LimitName, Limits } from "../api/context.ts";

export interface Rate {
  points: number;
  durationSeconds: number;
}

/** Where servers tell each other what was used; without one, limits hold per server. */
export interface LimitsChannel {
  publish(payload: string): Promise<void>;
  subscribe(handler: (payload: string) => void): Promise<unknown>;
}

export interface LimitsOptions {
  rates: Record<LimitName, Rate>;
  /** This server's id: its own news is skipped. */
  serverId: string;
  channel?: LimitsChannel;
  /** How often use is told to the other servers. Default 1000. */
  shareEveryMs?: number;
}

export interface LimitsService extends Limits {
  /** Tells the others now what was used since the last time. */
  share(): Promise<void>;
  close(): void;
}

/** An office or a mobile carrier is one address. Rates that are per address from the start say 1. */
const ADDRESS_FACTOR: Record<LimitName, number> = {
  sends: 10,
  signIns: 10,
  accounts: 1,
  searches: 10,
  lookups: 10,
  typing: 10,
  requests: 1,
};

/** Use told per second is bounded: the heaviest users first, the rest stays local. */
const MAX_SHARED_KEYS = 500;
const KEYS_PER_PAYLOAD = 50;
/** A limit nobody comes near isn't worth telling. */
const NOT_SHARED: ReadonlySet<LimitName> = new Set(["typing", "requests"]);

type Used = [limit: LimitName, key: string, count: number];

/**
 * Rate limits in memory, so that a request costs no query; every server tells the others once a
 * second what was used, so that together they allow little more than one would.
 */
export function createLimits(options: LimitsOptions): LimitsService {
  const { rates, serverId, channel, shareEveryMs = 1_000 } = options;
  const names = Object.keys(rates) as LimitName[];
  const limiters = new Map(
    names.flatMap((name) => {
      const { points, durationSeconds: duration } = rates[name];
      const own = new RateLimiterMemory({ points, duration });
      const byAddress = new RateLimiterMemory({ points: points * ADDRESS_FACTOR[name], duration });
      return [
        [`${name}:own`, own],
        [`${name}:address`, byAddress],
      ] as const;
    }),
  );
  let used = new Map<string, Used>();

  const limiterOf = (limit: LimitName, key: string): RateLimiterMemory | undefined =>
    limiters.get(`${limit}:${key.startsWith("a:") ? "address" : "own"}`);

  function note(limit: LimitName, key: string): void {
    if (channel === undefined || NOT_SHARED.has(limit)) return;
    const id = `${limit} ${key}`;
    const entry = used.get(id);
    if (entry === undefined) used.set(id, [limit, key, 1]);
    else entry[2] += 1;
  }

  async function share(): Promise<void> {
    if (channel === undefined || used.size === 0) return;
    const entries = [...used.values()].sort((a, b) => b[2] - a[2]).slice(0, MAX_SHARED_KEYS);
    used = new Map();
    for (let start = 0; start < entries.length; start += KEYS_PER_PAYLOAD) {
      const part = entries.slice(start, start + KEYS_PER_PAYLOAD);
      await channel.publish(JSON.stringify({ from: serverId, used: part }));
    }
  }

  async function receive(payload: string): Promise<void> {
    const { from, used: theirs } = JSON.parse(payload) as { from: string; used: Used[] };
    if (from === serverId) return;
    for (const [limit, key, count] of theirs) await limiterOf(limit, key)?.penalty(key, count);
  }

  void channel?.subscribe((payload) => void receive(payload).catch(() => {}));
  // What isn't told while the channel is down is told to nobody: limits then hold per server.
  const timer = setInterval(() => void share().catch(() => {}), shareEveryMs);
  timer.unref();

  return {
    async consume(limit, ...keys) {
      for (const each of keys) {
        const key = toKey(each);
        try {
          await limiterOf(limit, key)?.consume(key);
          note(limit, key);
        } catch (refused) {
          if (!(refused instanceof RateLimiterRes)) throw refused;
          const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
          throw new AppError("rate_limited", { retryAfterSeconds });
        }
      }
    },
    share,
    close: () => clearInterval(timer),
  };
}

/** Short, since it goes over the channel; a handle is cut so that a payload stays bounded. */
function toKey(key: LimitKey): string {
  if ("user" in key) return `u:${key.user}`;
  if ("handle" in key) return `h:${key.handle.toLowerCase().slice(0, 64)}`;
  return `a:${key.address.slice(0, 64)}`;
}
