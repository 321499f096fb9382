import { QueryClient } from "@tanstack/react-query";
import { isRetryable, retryAfterMs } from "./errors.ts";

const RETRY_CAP_MS = 30_000;

/** Cached pages show at once and are read again behind; only what can pass by itself is retried. */
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
      // The outbox retries messages; anything else a person may press again.
      mutations: { retry: false },
    },
  });
}
