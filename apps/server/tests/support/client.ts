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

/** A tRPC client as people use it: batches over HTTP, live events over SSE, a token in a header. */
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

/** The status and code of a refused call. Throws when the call wasn't refused. */
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
