import type { Session } from "@cruddur/contract/accounts";
import type { AppRouter } from "@cruddur/server/router";
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";

/** The API as one signed-in person uses it over HTTP. */
export interface ApiClient {
  user_uuid: string;
  handle: string;
  api: ReturnType<typeof createApi>;
}

/** Ends a request that a killed process will never answer. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Signs in, and renews the access token when half of its life has passed. Throws when the server
 * refuses.
 * @param url origin of the server
 */
export async function signIn(url: string, handle: string, password: string): Promise<ApiClient> {
  let { session, renewAtMs } = await openSession(url, handle, password);
  const headers = async () => {
    if (Date.now() > renewAtMs) {
      ({ session, renewAtMs } = await openSession(url, handle, password));
    }
    return { authorization: `Bearer ${session.access_token}` };
  };
  return { user_uuid: session.user.uuid, handle, api: createApi(url, headers) };
}

async function openSession(url: string, handle: string, password: string) {
  const response = await fetch(`${url}/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ handle, password }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  if (!response.ok)
    throw new Error(`Signing in as ${handle} failed with status ${response.status}.`);
  const session = (await response.json()) as Session;
  return { session, renewAtMs: Date.now() + (session.expires_in * 1_000) / 2 };
}

function createApi(url: string, headers: () => Promise<{ authorization: string }>) {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/trpc`,
        headers,
        fetch: (input, init) =>
          fetch(input as string, {
            ...(init as RequestInit),
            signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
          }),
      }),
    ],
  });
}

const RETRY_STATUSES = new Set([429, 500, 502, 503, 504]);

/** True when a request may be repeated: it had no answer, or one that asks for a retry. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const status: unknown = error.data?.httpStatus;
  if (typeof status !== "number") return true;
  // A fault must never cause an internal error, so a retry must not hide one.
  return RETRY_STATUSES.has(status) && error.data?.app_code !== "internal_error";
}
