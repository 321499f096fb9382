/** One part that the server depends on. */
export interface HealthPart {
  check(): Promise<boolean>;
  /** True when the server works without the part, if less well. */
  optional?: boolean;
}

export interface Health {
  status: "ok" | "degraded" | "down";
  parts: Record<string, "up" | "down">;
}

const TIMEOUT_MS = 2_000;
/** Checks cost queries, so an answer is given again for this long. */
const KEEP_MS = 1_000;

/** Checks all parts at once, each with a time limit. */
export function createHealth(parts: Record<string, HealthPart>): () => Promise<Health> {
  let last: { at: number; health: Promise<Health> } | undefined;

  async function check(): Promise<Health> {
    const states = await Promise.all(
      Object.entries(parts).map(async ([name, part]) => {
        const up = await Promise.race([
          part.check().catch(() => false),
          new Promise<false>((resolve) => setTimeout(resolve, TIMEOUT_MS, false).unref()),
        ]);
        return { name, up, optional: part.optional ?? false };
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
      last = { at: Date.now(), health: check() };
    }
    return last.health;
  };
}
