import { authorizedFetch } from "@cruddur/client/http";
import type { AppRouter } from "@cruddur/server/router";
import { httpBatchLink, httpLink, splitLink } from "@trpc/client";
import { createTRPCReact } from "@trpc/react-query";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { tracedFetch } from "./http.ts";
import type { SessionStore } from "./session-store.ts";

/** The API as React hooks. Only the type of the server's router is imported. */
export const trpc = createTRPCReact<AppRouter>();

export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
export type ApiClient = ReturnType<typeof createTrpcClient>;

let current: ApiClient | null = null;

/**
 * The API client, for hooks through the provider and for plain calls through `getClient()`. Called
 * once, when the app starts.
 */
export function createTrpcClient(session: SessionStore) {
  const fetch = authorizedFetch(session, tracedFetch);
  const endpoint = {
    url: "/trpc",
    // The links have a narrower type for the options, which are RequestInit.
    fetch: (url: URL | RequestInfo, init?: object) => fetch(url, init as RequestInit),
  };
  const client = trpc.createClient({
    links: [
      splitLink({
        // The server refuses a batch that lists one conversation's messages twice, and a page that is
        // read alone also arrives without waiting for the others.
        condition: ({ path }) => path === "messages.list",
        true: httpLink(endpoint),
        // The server refuses larger batches.
        false: httpBatchLink({ ...endpoint, maxURLLength: 4_000, maxItems: 20 }),
      }),
    ],
  });
  current = client;
  return client;
}

/** The client for code outside React, such as the outbox. Throws before `createTrpcClient`. */
export function getClient(): ApiClient {
  if (current === null) throw new Error("The API client has not been created yet.");
  return current;
}
