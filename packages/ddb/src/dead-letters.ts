/**
 * What is kept of a stream record that couldn't be projected: enough to find the message and try
 * again, and none of its text.
 */
export interface DeadLetter {
  reason: "malformed" | "retries_exhausted";
  /** The message's key; null when the record had none that could be read. */
  pk: string | null;
  sk: string | null;
  sequence_number: string;
  /** What was wrong, naming attributes, never their values. */
  problem: string;
  /** When it was given up, UTC, ISO 8601. */
  at: string;
}

/** In DATA_DIR: where the local stack keeps its letters, a line of JSON each. */
export const DEAD_LETTERS_FILE = "dead-letters.jsonl";

/** Where records go that can't be projected. `send` resolves once the letter is kept. */
export interface DeadLetters {
  send(letter: DeadLetter): Promise<void>;
}

/** Reads a letter back; null when it isn't one. */
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
