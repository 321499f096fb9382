import type { AppCode } from "@cruddur/contract/errors";
import {
  createTRPCClient,
  httpBatchLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
} from "@trpc/client";
import { EventSource } from "eventsource";
import type { AppRouter } from "../../src/router.ts";

export type Client = ReturnType<typeof createClient>;

/** The client people use: batches over HTTP, live events over SSE with the token in a header. */
export function createClient(url: string, accessToken: string | (() => string)) {
  const token = typeof accessToken === "string" ? () => accessToken : accessToken;
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === "subscription",
        true: httpSubscriptionLink({
          url: `${url}/trpc`,
          EventSource,
          eventSourceOptions: () => ({
            fetch: (input, init) =>
              fetch(input, {
                ...init,
                headers: { ...init.headers, authorization: `Bearer ${token()}` },
              }),
          }),
        }),
        false: httpBatchLink({
          url: `${url}/trpc`,
          headers: () => ({ authorization: `Bearer ${token()}` }),
        }),
      }),
    ],
  });
}

/** What a call was refused with; fails when it wasn't. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ status: number; app_code: AppCode }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof TRPCClientError) {
      const { httpStatus, app_code } = error.data as { httpStatus: number; app_code: AppCode };
      return { status: httpStatus, app_code };
    }
    throw error;
  }
  throw new Error("the call was not refused");
}
