import fc from "fast-check";
import { type ProofConfig, readProofConfig } from "./config.ts";

/** Seeds every run repeats; a fresh one is added each time. */
const FIXED_SEEDS = [20_261_121, 7];

/** A machine too busy for this many of a seed's histories has proved nothing. */
const MIN_HISTORIES = 5;

export interface ProofOptions {
  /** Histories per seed, unless PROOF_RUNS says otherwise. */
  runs: number;
  /**
   * Stops a seed after this long: on a busy machine fewer histories are checked, and a failure is
   * reported with the smallest history found by then.
   */
  timeLimitMs?: number;
  config?: ProofConfig;
}

/**
 * Checks a property of histories with the fixed seeds and one fresh seed, which it prints. A
 * failure is shrunk, and its message says how to replay it.
 * @param name the test's name, for the replay command
 */
export async function prove<T>(
  name: string,
  property: fc.IAsyncProperty<[T]>,
  options: ProofOptions,
): Promise<void> {
  const config = options.config ?? readProofConfig();
  const fresh = Math.floor(Math.random() * 0x7fff_ffff);
  const seeds = config.seed === undefined ? [...FIXED_SEEDS, fresh] : [config.seed];
  console.info(`${name}: seeds ${seeds.join(", ")}`);
  for (const seed of seeds) {
    const details = await fc.check(property, {
      seed,
      numRuns: config.runs ?? options.runs,
      ...(config.path === undefined ? {} : { path: config.path }),
      interruptAfterTimeLimit: options.timeLimitMs ?? 40_000,
      markInterruptAsFailure: false,
    });
    if (details.interrupted) console.warn(`seed ${seed}: ${details.numRuns} histories in the time`);
    if (details.failed) throw new Error(explain(name, details), { cause: details.errorInstance });
    if (details.interrupted && details.numRuns < MIN_HISTORIES) {
      throw new Error(
        `${name}: only ${details.numRuns} histories in the time, which proves little`,
      );
    }
  }
}

function explain<T>(name: string, details: fc.RunDetails<[T]>): string {
  const path = details.counterexamplePath;
  const replay = `PROOF_SEED=${details.seed}${path ? ` PROOF_PATH=${path}` : ""}`;
  const error = details.errorInstance;
  return [
    `${name}: broken after ${details.numRuns} histories and ${details.numShrinks} shrinks`,
    error instanceof Error ? (error.stack ?? error.message) : String(error ?? "interrupted"),
    `smallest history: ${fc.stringify(details.counterexample)}`,
    `replay: ${replay} pnpm --filter @cruddur/reliability-tests exec vitest run -t "${name}"`,
  ].join("\n");
}
