import { AppError } from "@cruddur/contract/errors";

/** No plan of faults is this long: an operation refused so often will never be answered. */
export const MAX_ATTEMPTS = 200;

/** Repeats while the answer is `unavailable`, as clients do. Any other error is a broken promise. */
export async function attempt<T>(
  call: () => Promise<T>,
  attempts: number,
): Promise<T | "given up"> {
  for (let tried = 0; tried < attempts; tried += 1) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof AppError && error.code === "unavailable")) throw error;
    }
  }
  return "given up";
}

/** Throws when the table never gives an answer, however often it is asked. */
export async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  const answer = await attempt(call, MAX_ATTEMPTS);
  if (answer === "given up") throw new Error("an operation was never answered");
  return answer;
}
