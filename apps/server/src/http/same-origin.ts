import { AppError } from "@cruddur/contract/errors";

/**
 * Protects the routes that use the session cookie from other sites. Browsers set the headers
 * themselves and pages can't forge them. A client that sends none of them isn't a browser and has
 * nobody else's cookie. Throws `origin_refused`.
 */
export function requireSameOrigin(headers: Headers, webOrigin: string): void {
  const origin = headers.get("origin");
  if (origin === webOrigin) return;
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") {
    throw new AppError("origin_refused");
  }
  if (origin === null) return;
  // A page that was reached under another name, such as 127.0.0.1, still calls its own server.
  const host = URL.canParse(origin) ? new URL(origin).host : null;
  if (host === null || host !== headers.get("host")) throw new AppError("origin_refused");
}

/**
 * Reads a JSON body. The required content type can't be sent by a form or by a `no-cors` fetch, so
 * browsers ask with a preflight first. Throws `invalid_input`.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) throw new AppError("invalid_input");
  try {
    return await request.json();
  } catch {
    throw new AppError("invalid_input");
  }
}
