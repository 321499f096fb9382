import { CruddurError, errorFromBody } from "./errors.ts";

export type Fetch = typeof globalThis.fetch;

/** Repeating a call that was given up is safe: reads change nothing and a send has its `client_id`. */
const TIMEOUT_MS = 15_000;

/** Where the access token of each request comes from. */
export interface AccessTokens {
  /** A token that is good for a request now; null when nobody is signed in. */
  accessToken(): Promise<string | null>;
  /** A newer token than one that the server refused; null when there is none. */
  replaceToken(refused: string | null): Promise<string | null>;
}

/** Adds the access token; a refused one is replaced once, after which the refusal stands. */
export function authorizedFetch(tokens: AccessTokens, fetch: Fetch): Fetch {
  const send = (input: Parameters<Fetch>[0], init: RequestInit | undefined, token: string | null) =>
    fetch(input, token === null ? init : { ...init, headers: bearer(init?.headers, token) });
  return async (input, init) => {
    const token = await tokens.accessToken();
    const response = await send(input, init, token);
    if (response.status !== 401) return response;
    const replacement = await tokens.replaceToken(token);
    if (replacement === null) return response;
    await response.body?.cancel();
    return send(input, init, replacement);
  };
}

export function bearer(headers: RequestInit["headers"], token: string): Headers {
  const all = new Headers(headers);
  all.set("authorization", `Bearer ${token}`);
  return all;
}

/**
 * Sends one request, and reads its response.
 * @returns the response, and its body as JSON; undefined for an empty one
 * @throws CruddurError, or the reason of `init.signal` when it aborts
 */
export async function request(
  fetch: Fetch,
  url: string,
  init: RequestInit,
): Promise<{ response: Response; body: unknown }> {
  const own = init.signal ?? undefined;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const signal = own === undefined ? timeout : AbortSignal.any([own, timeout]);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { credentials: "include", ...init, signal });
    text = await response.text();
  } catch (cause) {
    if (own?.aborted) throw own.reason;
    if (cause instanceof CruddurError) throw cause;
    throw new CruddurError("network", { cause });
  }
  const body = parseJson(text);
  if (!response.ok) throw errorFromResponse(response, body);
  if (body === undefined && text !== "") throw new CruddurError("internal_error");
  return { response, body };
}

export function errorFromResponse(response: Response, body: unknown): CruddurError {
  const retryAfter = response.headers.get("retry-after");
  return errorFromBody(body, { status: response.status, retryAfter });
}

export function parseJson(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
