import fc from "fast-check";
import { readReliabilityConfig } from "./config.ts";

/** The seeds of every run. Each run adds a random one. */
const FIXED_SEEDS = [20_261_121, 7];

/** A run that completes fewer operation histories of a seed says too little, and fails. */
const MIN_RUNS = 5;

/** Ends a seed early, so that a busy machine checks fewer operation histories rather than hangs. */
const SEED_TIME_LIMIT_MS = 40_000;

/** The timeout of a test that calls `checkProperty`: the time of all seeds, and of the last run. */
export const PROPERTY_TIMEOUT_MS = (FIXED_SEEDS.length + 1) * SEED_TIME_LIMIT_MS + 30_000;

/**
 * Checks values of an arbitrary with the fixed seeds and a random one, and prints the seeds. A
 * failure is shrunk to the smallest counterexample found in time; its message says how to run it
 * again.
 * @param name the name of the test, which the message repeats
 * @param check throws for a counterexample; called for one value at a time
 * @param runs values of each seed, unless RELIABILITY_RUNS says otherwise
 */
export async function checkProperty<T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => Promise<void>,
  runs: number,
): Promise<void> {
  const config = readReliabilityConfig();
  const randomSeed = Math.floor(Math.random() * 0x7fff_ffff);
  const seeds = config.seed === undefined ? [...FIXED_SEEDS, randomSeed] : [config.seed];
  console.info(`${name}: seeds ${seeds.join(", ")}`);
  // fast-check abandons the value that it checks when the time is over, but the check goes on. Its
  // requests would disturb the next one on the same engine.
  let last: Promise<unknown> = Promise.resolve();
  const property = fc.asyncProperty(arbitrary, (value) => {
    const checked = last.then(() => check(value));
    last = checked.catch(() => undefined);
    return checked;
  });
  for (const seed of seeds) {
    const details = await fc.check(property, {
      seed,
      numRuns: config.runs ?? runs,
      ...(config.path === undefined ? {} : { path: config.path }),
      interruptAfterTimeLimit: SEED_TIME_LIMIT_MS,
      markInterruptAsFailure: false,
    });
    await last;
    const completed = `${details.numRuns} operation histories within the time limit`;
    if (details.failed) throw new Error(explain(name, details), { cause: details.errorInstance });
    if (!details.interrupted) continue;
    console.warn(`Seed ${seed} completed ${completed}.`);
    if (details.numRuns < MIN_RUNS) {
      throw new Error(`${name}: only ${completed}; at least ${MIN_RUNS} are required.`);
    }
  }
}

function explain<T>(name: string, details: fc.RunDetails<[T]>): string {
  const path = details.counterexamplePath;
  const variables = `RELIABILITY_SEED=${details.seed}${path ? ` RELIABILITY_PATH=${path}` : ""}`;
  const error = details.errorInstance;
  return [
    `${name}: failed after ${details.numRuns} operation histories and ${details.numShrinks} shrinks`,
    error instanceof Error ? (error.stack ?? error.message) : String(error ?? "interrupted"),
    `Smallest counterexample: ${fc.stringify(details.counterexample)}`,
    `Run it again: ${variables} pnpm --filter @cruddur/reliability-tests exec vitest run -t "${name}"`,
  ].join("\n");
}
