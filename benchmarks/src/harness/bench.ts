import type { Spread } from "./stats.ts";

export interface Goal {
  at: "least" | "most";
  value: number;
}

/** One row of a table of results. */
export interface Measure {
  /** Says what was compared or counted. */
  what: string;
  /** A number for a count, and a median with quartiles for a time or a ratio. */
  value: number | Spread;
  /** Shown after the number. The unit of a ratio is `times`. */
  unit: "times" | "ms" | "kB" | "B" | "units" | "queries" | "per second" | "";
  goal?: Goal;
  /** The absolute numbers of a ratio, or an explanation. */
  detail?: string;
}

export interface BenchContext {
  /** Reports progress. `run` calls it about `steps` times. */
  tick(): void;
  /** Registers what to release when the benchmark ends or fails, in reverse order. */
  defer(release: () => Promise<void> | void): void;
}

/** A benchmark. Every file in `benches/` exports one. */
export interface Bench {
  name: string;
  /** The question that the benchmark answers. */
  question: string;
  /** How often `run` calls `tick`, for the progress bar. */
  steps: number;
  run(ctx: BenchContext): Promise<Measure[]>;
}

/** The time limit of a benchmark. On an idle machine the longest one takes three and a half minutes. */
const MAX_MS = 420_000;

/** Runs a benchmark within the time limit, then releases what it deferred, in reverse order. */
export async function runBench(bench: Bench, tick: () => void): Promise<Measure[]> {
  const releases: (() => Promise<void> | void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const error = new Error(`${bench.name} took longer than ${MAX_MS / 1000} s`);
    timer = setTimeout(() => reject(error), MAX_MS);
  });
  try {
    const run = bench.run({ tick, defer: (release) => releases.push(release) });
    return await Promise.race([run, tooLong]);
  } finally {
    clearTimeout(timer);
    for (const release of releases.reverse()) await release();
  }
}
