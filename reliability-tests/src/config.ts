import { z } from "zod";

const schema = z.object({
  PROOF_SEED: z.coerce.number().int().optional(),
  PROOF_PATH: z.string().optional(),
  PROOF_RUNS: z.coerce.number().int().positive().optional(),
});

export interface ProofConfig {
  /** Runs this seed alone: what a failing proof prints. */
  seed: number | undefined;
  /** fast-check's path to the shrunk counterexample within that seed. */
  path: string | undefined;
  /** Histories per seed. */
  runs: number | undefined;
}

/** Reads PROOF_SEED, PROOF_PATH and PROOF_RUNS. Throws one error that names every bad variable. */
export function readProofConfig(env: NodeJS.ProcessEnv = process.env): ProofConfig {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return {
    seed: parsed.data.PROOF_SEED,
    path: parsed.data.PROOF_PATH,
    runs: parsed.data.PROOF_RUNS,
  };
}
