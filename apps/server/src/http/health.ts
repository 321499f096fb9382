/** One thing the server can't do its work without, or can (`optional`). */
export interface HealthPart {
  check(): Promise<boolean>;
  optional?: boolean;
}

export interface Health {
  status: "ok" | "degraded" | "down";
  parts: Record<string, "up" | "down">;
}

const TIMEOUT_MS = 2_000;
/** Checks cost queries; whoever asks more often gets the last answer. */
const KEEP_MS = 1_000;

/** Asks all parts at once, each for a bounded time. */
export function createHealth(parts: Record<string, HealthPart>): () => Promise<Health> {
  let last: { at: number; health: Promise<Health> } | undefined;

  async function ask(): Promise<Health> {
    const states = await Promise.all(
      Object.entries(parts).map(async ([name, { check, optional = false }]) => {
        const up = await Promise.race([
          check().catch(() => false),
          new Promise<false>((resolve) => setTimeout(resolve, TIMEOUT_MS, false).unref()),
        ]);
        return { name, up, optional };
      }),
    );
    const down = states.filter(({ up }) => !up);
    return {
      status:
        down.length === 0 ? "ok" : down.every(({ optional }) => optional) ? "degraded" : "down",
      parts: Object.fromEntries(states.map(({ name, up }) => [name, up ? "up" : "down"])),
    };
  }

  return () => {
    if (last === undefined || Date.now() - last.at > KEEP_MS) {
      last = { at: Date.now(), health: ask() };
    }
    return last.health;
  };
}
