import type { z } from "zod";

/** One procedure of the API: how it is called, what it takes and what it returns. */
export interface Procedure {
  kind: "query" | "mutation" | "subscription";
  /** What it does, in one sentence. */
  summary: string;
  /** null where the procedure takes no input. */
  input: z.ZodType | null;
  /** Of a subscription: one event. */
  output: z.ZodType;
}
