import type { Session } from "@cruddur/contract/accounts";
import type { AppRouter } from "@cruddur/server/router";
import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";

/** One signed-in person, over real HTTP. */
export interface Client {
  user_uuid: string;
  handle: string;
  api: ReturnType<typeof createApi>;
}

/** A request that hangs on a dying process ends by itself. */
const REQUEST_TIMEOUT_MS = 10_000;

/** Signs in; throws when the server refuses. @param url origin of the server */
export async function signIn(url: string, handle: string, password: string): Promise<Client> {
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
  if (!response.ok) throw new Error(`sign-in as ${handle}: ${response.status}`);
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

/** True when trying again is right: nobody answered, or the answer says so. */
export function isRetryable(error: unknown): boolean {
  if (!(error instanceof TRPCClientError)) return false;
  const status: unknown = error.data?.httpStatus;
  if (typeof status !== "number") return true;
  // What the server can't explain is not for clients to repeat, and must not happen under any fault.
  return RETRY_STATUSES.has(status) && error.data?.app_code !== "internal_error";
}
