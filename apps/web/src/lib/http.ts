import { isAppCode } from "@cruddur/contract/errors";
import { noteServerDate } from "./clock.ts";
import { RequestError } from "./errors.ts";

const TIMEOUT_MS = 15_000;

/** `fetch` that also learns the server's clock. */
export const timedFetch: typeof fetch = async (input, init) => {
  const sentAtMs = Date.now();
  const response = await fetch(input, init);
  noteServerDate(response.headers.get("date"), sentAtMs, Date.now());
  return response;
};

/**
 * Calls one of the plain HTTP routes with the session cookie.
 * @returns the JSON answer, undefined for an empty one
 * @throws RequestError
 */
export async function request<T>(
  method: "POST" | "DELETE",
  path: string,
  options: { body?: unknown; accessToken?: string | null } = {},
): Promise<T> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (options.accessToken) headers.authorization = `Bearer ${options.accessToken}`;
  let response: Response;
  try {
    response = await timedFetch(path, {
      method,
      headers,
      body: JSON.stringify(options.body ?? {}),
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    throw new RequestError("network", null, cause);
  }
  const text = await response.text().catch(() => "");
  const answer = parseJson(text);
  if (response.ok) return answer as T;
  const failure = (answer ?? {}) as { app_code?: unknown; retry_after_seconds?: unknown };
  // A 5xx without our shape comes from something in front of the server: it isn't reachable.
  const code = isAppCode(failure.app_code)
    ? failure.app_code
    : response.status >= 500
      ? "unavailable"
      : "internal_error";
  throw new RequestError(
    code,
    typeof failure.retry_after_seconds === "number" ? failure.retry_after_seconds : null,
  );
}

function parseJson(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
