/**
 * A stream record that could not be processed: what is needed to find the message and to project it
 * again, and none of its text.
 */
export interface DeadLetter {
  reason: "malformed" | "retries_exhausted";
  /** The message's key; null when the record had none that could be read. */
  pk: string | null;
  sk: string | null;
  sequence_number: string;
  /** What was wrong. Names attributes, never their values. */
  problem: string;
  /** When processing was given up, UTC, ISO 8601. */
  at: string;
}

/** The local stack's dead letters, a line of JSON each; in DATA_DIR. */
export const DEAD_LETTERS_FILE = "dead-letters.jsonl";

/** A dead-letter queue. `send` resolves once the dead letter is stored. */
export interface DeadLetters {
  send(deadLetter: DeadLetter): Promise<void>;
}

/** Parses a dead letter; null when the text isn't one. */
export function parseDeadLetter(json: string): DeadLetter | null {
  let value: Partial<DeadLetter> | null;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { reason, pk = null, sk = null, sequence_number, problem = "", at = "" } = value;
  if (reason !== "malformed" && reason !== "retries_exhausted") return null;
  if (typeof sequence_number !== "string") return null;
  if ((pk !== null && typeof pk !== "string") || (sk !== null && typeof sk !== "string"))
    return null;
  return { reason, pk, sk, sequence_number, problem: String(problem), at: String(at) };
}
