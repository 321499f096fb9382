import { AppError } from "@cruddur/contract/errors";
import type { LiveNotices } from "@cruddur/live-notices/live-notices";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** How often a limited action is allowed. */
export interface Rate {
  points: number;
  durationSeconds: number;
}

/**
 * The limited actions and how much more often one address is allowed each than one user or handle:
 * an office or a mobile carrier shares an address. 1 where the rate is meant per address.
 */
const ADDRESS_FACTORS = {
  sends: 10,
  signIns: 10,
  codes: 10,
  accounts: 1,
  searches: 10,
  lookups: 10,
  groups: 10,
  typing: 10,
  reads: 10,
  changes: 10,
  connections: 10,
  names: 10,
  exports: 10,
  userReports: 10,
  reports: 1,
  requests: 1,
};

export type LimitName = keyof typeof ADDRESS_FACTORS;

/** What a use counts against. */
export type LimitKey =
  | { user: string }
  | { handle: string }
  | { address: string }
  /** Attempts on one account from one address, so that strangers elsewhere don't use up the owner's. */
  | { account: string; address: string }
  /** A browser in which the account has signed in before. */
  | { device: string };

export interface LimitsOptions {
  rates: Record<LimitName, Rate>;
  /** Marks this server's own reports, which it skips when they come back. */
  serverId: string;
  /** Carries uses to the other servers. Without it, the limits hold for each server by itself. */
  notices?: Pick<LiveNotices, "broadcast" | "subscribe">;
  /** How often uses are reported to the other servers. */
  shareIntervalMs?: number;
}

/** Reports are bounded: the most frequent uses of an interval are shared, the rest stay local. */
const MAX_SHARED_KEYS = 500;
const KEYS_PER_PAYLOAD = 50;
/** Limits that nobody comes near in ordinary use aren't worth sharing. */
const NOT_SHARED: ReadonlySet<LimitName> = new Set([
  "typing",
  "requests",
  "reads",
  "changes",
  "connections",
  "reports",
]);

/**
 * Whoever holds a /56 or a /48 of IPv6 addresses has 256 or 65,536 networks of one customer, so they
 * are counted, too: they are allowed more, because they can also be many customers of a carrier.
 */
const NETWORK_FACTORS = { "/64": 1, "/56": 2, "/48": 4 };

type Use = [limit: LimitName, key: string, count: number];

export type Limits = ReturnType<typeof createLimits>;

/**
 * Rate limits in memory, so that a request costs no query. Every server reports its uses to the
 * others once a second, so that together they allow little more than one server would.
 */
export function createLimits(options: LimitsOptions) {
  const { rates, serverId, notices, shareIntervalMs = 1_000 } = options;
  const limiters = new Map(
    Object.entries(rates).flatMap(([name, { points, durationSeconds: duration }]) => {
      const addressPoints = points * ADDRESS_FACTORS[name as LimitName];
      const ofNetworks = Object.entries(NETWORK_FACTORS).map(
        ([prefix, factor]) =>
          [
            `${name}:${prefix}`,
            new RateLimiterMemory({ points: addressPoints * factor, duration }),
          ] as const,
      );
      return [[`${name}:own`, new RateLimiterMemory({ points, duration })] as const, ...ofNetworks];
    }),
  );
  let unshared = new Map<string, Use>();

  const limiterOf = (limit: LimitName, key: string): RateLimiterMemory | undefined =>
    limiters.get(`${limit}:${/^a(\/\d\d):/.exec(key)?.[1] ?? "own"}`);

  function recordUse(limit: LimitName, key: string): void {
    if (notices === undefined || NOT_SHARED.has(limit)) return;
    const id = `${limit} ${key}`;
    const use = unshared.get(id);
    if (use === undefined) unshared.set(id, [limit, key, 1]);
    else use[2] += 1;
  }

  async function share(): Promise<void> {
    if (notices === undefined || unshared.size === 0) return;
    const uses = [...unshared.values()].sort((a, b) => b[2] - a[2]).slice(0, MAX_SHARED_KEYS);
    unshared = new Map();
    for (let start = 0; start < uses.length; start += KEYS_PER_PAYLOAD) {
      const used = uses.slice(start, start + KEYS_PER_PAYLOAD);
      await notices.broadcast("limits", JSON.stringify({ from: serverId, used }));
    }
  }

  async function receive(payload: string): Promise<void> {
    const { from, used } = JSON.parse(payload) as { from: string; used: Use[] };
    if (from === serverId) return;
    for (const [limit, key, count] of used) await limiterOf(limit, key)?.penalty(key, count);
  }

  notices?.subscribe("limits", (payload) => void receive(payload).catch(() => {}));
  // Uses that can't be shared while the connection is down are dropped: limits then hold per server.
  const timer = setInterval(() => void share().catch(() => {}), shareIntervalMs);
  timer.unref();

  return {
    /** Counts one use against each key. Throws `rate_limited` with the seconds to wait. */
    async consume(limit: LimitName, ...keys: LimitKey[]): Promise<void> {
      for (const key of keys.flatMap(toKeys)) {
        try {
          await limiterOf(limit, key)?.consume(key);
          recordUse(limit, key);
        } catch (refusal) {
          if (!(refusal instanceof RateLimiterRes)) throw refusal;
          const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
          throw new AppError("rate_limited", { retryAfterSeconds });
        }
      }
    },
    /** Reports to the other servers at once what was used since the last report. */
    share,
    close: () => clearInterval(timer),
  };
}

/** Keys are short because they travel between servers; cutting them bounds the payload. */
function toKeys(key: LimitKey): string[] {
  if ("user" in key) return [`u:${key.user}`];
  if ("handle" in key) return [`h:${toShortName(key.handle)}`];
  if ("device" in key) return [`d:${key.device}`];
  if ("account" in key) return [`s:${toShortName(key.account)}@${key.address.slice(0, 64)}`];
  const address = key.address.slice(0, 64);
  const [first, second, third, fourth] = address.split(":");
  if (fourth === undefined) return [`a/64:${address}`];
  const site = `${first}:${second}:${third}`;
  // The last 8 of the 64 bits are the last two digits of the fourth group.
  const customer = `${site}:${fourth.padStart(4, "0").slice(0, 2)}`;
  return [`a/64:${address}`, `a/56:${customer}`, `a/48:${site}`];
}

const toShortName = (name: string): string => name.toLowerCase().slice(0, 64);
