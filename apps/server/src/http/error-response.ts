import { APP_ERRORS } from "@cruddur/contract/errors";
import { toPublicError } from "../api/errors.ts";

/** The plain routes' answer to anything thrown: the same codes and statuses as the procedures'. */
export function respondError(error: unknown): Response {
  const { app_code, retry_after_seconds } = toPublicError(error);
  const headers = new Headers({ "cache-control": "no-store" });
  if (retry_after_seconds !== null) headers.set("retry-after", String(retry_after_seconds));
  // The rest of the body is on its way: the connection can't be used again.
  if (app_code === "payload_too_large") headers.set("connection", "close");
  return Response.json(
    { app_code, retry_after_seconds },
    { status: APP_ERRORS[app_code].status, headers },
  );
}
