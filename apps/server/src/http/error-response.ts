import { APP_ERRORS } from "@cruddur/contract/errors";
import { toPublicError } from "../api/errors.ts";

/** How the plain HTTP routes answer anything thrown: with the codes and statuses of the procedures. */
export function toErrorResponse(error: unknown): Response {
  const { app_code, retry_after_seconds } = toPublicError(error);
  const headers = new Headers({ "cache-control": "no-store" });
  if (retry_after_seconds !== null) headers.set("retry-after", String(retry_after_seconds));
  // The client is still sending the rest of the body, so the connection can't be used again.
  if (app_code === "payload_too_large") headers.set("connection", "close");
  const { status } = APP_ERRORS[app_code];
  return Response.json({ app_code, retry_after_seconds }, { status, headers });
}
