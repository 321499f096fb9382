import { AppError } from "@cruddur/contract/errors";

/** Longer than every plan of faults: an operation that fails so often would never succeed. */
export const MAX_ATTEMPTS = 200;

/** Repeats a call while it fails with `unavailable`, as clients do. Any other error is thrown. */
export async function retryUnavailable<T>(
  call: () => Promise<T>,
  attempts: number,
): Promise<T | "given up"> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof AppError && error.code === "unavailable")) throw error;
    }
  }
  return "given up";
}

/** Repeats a call until it is answered. Throws when it is still `unavailable` after MAX_ATTEMPTS. */
export async function retryUntilAnswered<T>(call: () => Promise<T>): Promise<T> {
  const answer = await retryUnavailable(call, MAX_ATTEMPTS);
  if (answer === "given up") throw new Error("An operation was never answered.");
  return answer;
}
