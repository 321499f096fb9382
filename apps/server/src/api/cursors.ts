import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import type { Cursors } from "./context.ts";

/** What a cursor is good for: one list of one person, and of one group or query where it has one. */
export interface CursorScope {
  list: "inbox" | "unread" | "messages" | "search" | "live";
  user_uuid: string;
  of?: string;
}

const MAC_BYTES = 16;
const MAC_CHARS = Math.ceil((MAC_BYTES * 4) / 3);

/**
 * Opaque page positions, signed so that only what a server handed out comes back in, and only for
 * the list, person and group it was handed out for.
 * @param secret shared by all servers of a deployment
 */
export function createCursors(secret: string): Cursors {
  const key = createSecretKey(secret, "utf8");
  const sign = (scope: CursorScope, payload: string): Buffer =>
    createHmac("sha256", key)
      .update(JSON.stringify([scope.list, scope.user_uuid, scope.of ?? "", payload]))
      .digest()
      .subarray(0, MAC_BYTES);

  return {
    encode(scope, position) {
      const payload = "before" in position ? `b${position.before}` : `a${position.after}`;
      const mac = sign(scope, payload).toString("base64url");
      return mac + Buffer.from(payload).toString("base64url");
    },
    decode(scope, cursor) {
      const mac = Buffer.from(cursor.slice(0, MAC_CHARS), "base64url");
      const payload = Buffer.from(cursor.slice(MAC_CHARS), "base64url").toString();
      if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, sign(scope, payload))) {
        throw new AppError("cursor_invalid");
      }
      const key = payload.slice(1);
      return payload.startsWith("b") ? { before: key } : { after: key };
    },
  };
}
