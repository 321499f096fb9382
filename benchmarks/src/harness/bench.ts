import type { Spread } from "./stats.ts";

export interface Goal {
  at: "least" | "most";
  value: number;
}

/** One line of the table. */
export interface Measure {
  /** What was compared or counted, in words. */
  what: string;
  /** A single number for counts, a median with quartiles for anything timed. */
  value: number | Spread;
  /** `times` for ratios; shown after the number. */
  unit: "times" | "ms" | "kB" | "B" | "units" | "queries" | "per second" | "";
  goal?: Goal;
  /** The absolute numbers behind a ratio, or what to know when reading the line. */
  detail?: string;
}

export interface BenchContext {
  /** Marks progress; `run` calls it `steps` times, more or less. */
  tick(): void;
  /** Releases in reverse order when the bench ends, however it ends. */
  defer(release: () => Promise<void> | void): void;
}

/** Every file in `benches/` exports one of these. */
export interface Bench {
  name: string;
  /** The question it answers, in one sentence. */
  question: string;
  /** How many times `run` ticks, for the progress bar. */
  steps: number;
  run(ctx: BenchContext): Promise<Measure[]>;
}

/** No bench may hold up the others; on an idle machine the longest takes two minutes. */
const MAX_MS = 240_000;

/** Runs a bench, for a bounded time, and releases all it deferred, in reverse order, in any case. */
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
