import { QueryClient } from "@tanstack/react-query";
import { isRetryable, retryAfterMs } from "./errors.ts";

const RETRY_CAP_MS = 30_000;

/** Cached pages are shown at once and read again in the background. Only transient errors are retried. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 30 * 60_000,
        retry: (failures, error) => failures < 3 && isRetryable(error),
        retryDelay: (failures, error) =>
          retryAfterMs(error) ??
          Math.min(1_000 * 2 ** failures * (0.5 + Math.random()), RETRY_CAP_MS),
        refetchOnWindowFocus: true,
      },
      // The outbox retries messages. The person can repeat anything else.
      mutations: { retry: false },
    },
  });
}
