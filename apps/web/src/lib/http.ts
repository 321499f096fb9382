import * as client from "@cruddur/client/http";
import { correctClock } from "./clock.ts";

/** `fetch` that also reads the server's clock. */
const timedFetch: typeof fetch = async (input, init) => {
  const sentAtMs = Date.now();
  const response = await fetch(input, init);
  correctClock(response.headers.get("date"), sentAtMs, Date.now());
  return response;
};

/** A `traceparent` header (W3C Trace Context), so that a trace starts in the browser. */
function createTraceparent(): string {
  const hex = (bytes: number) =>
    Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
      byte.toString(16).padStart(2, "0"),
    ).join("");
  return `00-${hex(16)}-${hex(8)}-01`;
}

/** `fetch` that reads the server's clock and starts a trace for each request. */
export const tracedFetch: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set("traceparent", createTraceparent());
  return timedFetch(input, { ...init, headers });
};

/**
 * Calls one of the plain HTTP routes with the session cookie.
 * @returns the JSON answer; undefined for an empty one
 * @throws CruddurError
 */
export async function request<T>(
  method: "POST" | "DELETE",
  path: string,
  options: { body?: unknown; accessToken?: string | null } = {},
): Promise<T> {
  const headers = { "content-type": "application/json" };
  const { body } = await client.request(timedFetch, path, {
    method,
    headers: options.accessToken ? client.bearer(headers, options.accessToken) : headers,
    body: JSON.stringify(options.body ?? {}),
  });
  return body as T;
}
