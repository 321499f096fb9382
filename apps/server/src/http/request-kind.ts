import type { IncomingMessage } from "node:http";
import { AppError } from "@cruddur/contract/errors";
import { LIVE_PATH } from "../live/sse-transport.ts";

/** The one form of a URL of the API. */
const API_URL = /^\/trpc\/([\w.,]+)(?:\?[^#]*)?$/;
const LIVE_PROCEDURE = LIVE_PATH.slice("/trpc/".length);

/**
 * Decides once which part answers a request. Only the transport of live connections ends them with
 * their token, so no other spelling of their path may lead to them. Throws `not_found` for a path
 * that is the API's after decoding and resolving, but isn't written in its one form, and for a
 * request target that is no URL, such as `*`.
 */
export function kindOf({
  method,
  url = "",
}: Pick<IncomingMessage, "method" | "url">): "live" | "other" {
  const procedures = API_URL.exec(url)?.[1];
  if (procedures === undefined) {
    if (!isUsable(url) || leadsToApi(url)) throw new AppError("not_found");
    return "other";
  }
  if (!procedures.includes(LIVE_PROCEDURE)) return "other";
  if (procedures === LIVE_PROCEDURE && method === "GET") return "live";
  throw new AppError("not_found");
}

function isUsable(url: string): boolean {
  // What reads the path next fails on a backslash, which no URL has there.
  if (/^[^?]*\\/.test(url)) return false;
  return url.startsWith("/")
    ? URL.canParse(`http://local${url}`)
    : /^https?:\/\//i.test(url) && URL.canParse(url);
}

function leadsToApi(url: string): boolean {
  let path = url.replaceAll("\\", "/");
  try {
    // Twice, because one part may decode what another has decoded already.
    path = decodeURIComponent(decodeURIComponent(path));
  } catch {
    // What can't be decoded is judged as it is.
  }
  const absolute = path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, "").replace(/\/{2,}/g, "/");
  if (!URL.canParse(absolute, "http://local")) return false;
  return /^\/trpc(?:[/?#]|$)/i.test(new URL(absolute, "http://local").pathname);
}
