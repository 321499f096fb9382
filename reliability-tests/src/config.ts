import { z } from "zod";

const schema = z.object({
  RELIABILITY_SEED: z.coerce.number().int().optional(),
  RELIABILITY_PATH: z.string().optional(),
  RELIABILITY_RUNS: z.coerce.number().int().positive().optional(),
});

export interface ReliabilityConfig {
  /** The only seed to run. A failing test prints its seed. */
  seed: number | undefined;
  /** fast-check's path to the shrunk counterexample within that seed. */
  path: string | undefined;
  /** How many operation histories each seed runs. */
  runs: number | undefined;
}

/** Reads RELIABILITY_SEED, RELIABILITY_PATH and RELIABILITY_RUNS. Throws one error for all mistakes. */
export function readReliabilityConfig(env: NodeJS.ProcessEnv = process.env): ReliabilityConfig {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return {
    seed: parsed.data.RELIABILITY_SEED,
    path: parsed.data.RELIABILITY_PATH,
    runs: parsed.data.RELIABILITY_RUNS,
  };
}
