import { AppError } from "@cruddur/contract/errors";

/**
 * Closes the cookie routes to other sites. Browsers set these headers themselves and pages can't
 * forge them; a caller without any of them is no browser and has nobody's cookie.
 * Throws `origin_refused`.
 */
export function requireSameOrigin(headers: Headers, webOrigin: string): void {
  const origin = headers.get("origin");
  if (origin === webOrigin) return;
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") {
    throw new AppError("origin_refused");
  }
  if (origin === null) return;
  // Reached under another name, such as 127.0.0.1: still the page's own server.
  const host = URL.canParse(origin) ? new URL(origin).host : null;
  if (host === null || host !== headers.get("host")) throw new AppError("origin_refused");
}

/** A form or a `no-cors` fetch can't send JSON, so asking for it forces a preflight. */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) throw new AppError("invalid_input");
  try {
    return await request.json();
  } catch {
    throw new AppError("invalid_input");
  }
}
