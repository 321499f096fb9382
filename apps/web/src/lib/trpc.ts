import type { AppRouter } from "@cruddur/server/router";
import { httpBatchLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { createTRPCReact } from "@trpc/react-query";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { EventSource } from "eventsource";
import { timedFetch } from "./http.ts";
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
  const fetch = authorizedFetch(session);
  const client = trpc.createClient({
    links: [
      splitLink({
        condition: (op) => op.type === "subscription",
        true: httpSubscriptionLink({
          url: "/trpc",
          // The browser's own EventSource can't set headers, and a token in the URL ends up in logs.
          EventSource,
          eventSourceOptions: { fetch },
        }),
        // The server refuses larger batches.
        false: httpBatchLink({ url: "/trpc", maxURLLength: 4_000, maxItems: 20, fetch }),
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

/** W3C trace context: a request's trace begins where a person waits for it. */
function createTraceparent(): string {
  const hex = (bytes: number) =>
    Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  return `00-${hex(16)}-${hex(8)}-01`;
}

/** Adds the access token; a refused one is replaced once, after which the refusal stands. */
function authorizedFetch(session: SessionStore) {
  const send = (
    url: string | URL | Request,
    init: RequestInit | undefined,
    token: string | null,
  ) => {
    const headers = new Headers(init?.headers);
    headers.set("traceparent", createTraceparent());
    if (token !== null) headers.set("authorization", `Bearer ${token}`);
    return timedFetch(url, { ...init, headers, credentials: "same-origin" });
  };
  // The two links type fetch's options each in their own narrow way; both are RequestInit.
  return async (url: string | URL | Request, options?: unknown): Promise<Response> => {
    const init = options as RequestInit | undefined;
    const token = await session.accessToken();
    const response = await send(url, init, token);
    if (response.status !== 401) return response;
    const replacement = await session.replaceToken(token);
    return replacement === null ? response : send(url, init, replacement);
  };
}
