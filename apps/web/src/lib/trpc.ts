import { authorizedFetch } from "@cruddur/client/http";
import type { AppRouter } from "@cruddur/server/router";
import { httpBatchLink } from "@trpc/client";
import { createTRPCReact } from "@trpc/react-query";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { tracedFetch } from "./http.ts";
import type { SessionStore } from "./session-store.ts";

/** The API as React hooks, typed from the server's router alone. */
export const trpc = createTRPCReact<AppRouter>();

export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
export type ApiClient = ReturnType<typeof createTrpcClient>;

let current: ApiClient | null = null;

/**
 * The client for both worlds: hooks through the provider, plain calls through `getClient()`.
 * Called once, at start.
 */
export function createTrpcClient(session: SessionStore) {
  const fetch = authorizedFetch(session, tracedFetch);
  const client = trpc.createClient({
    links: [
      httpBatchLink({
        url: "/trpc",
        maxURLLength: 4_000,
        // The server refuses larger batches.
        maxItems: 20,
        // The link types fetch's options in its own narrow way; they are RequestInit.
        fetch: (url, init) => fetch(url, init as RequestInit),
      }),
    ],
  });
  current = client;
  return client;
}

/** The client for code outside React, such as the outbox. Throws before `createTrpcClient`. */
export function getClient(): ApiClient {
  if (current === null) throw new Error("the API client isn't created yet");
  return current;
}
