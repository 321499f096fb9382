import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";
import { AppError } from "@cruddur/contract/errors";
import type { PagePosition } from "@cruddur/ddb/types";

/** What a cursor is valid for: one list of one person. */
export interface CursorScope {
  list: "inbox" | "unread" | "messages" | "search" | "blocked";
  user_uuid: string;
  /** The folder, the message group uuid of a message history, the text of a search. */
  of?: string;
}

const MAC_BYTES = 16;
const MAC_CHARS = Math.ceil((MAC_BYTES * 4) / 3);

export type Cursors = ReturnType<typeof createCursors>;

/**
 * Turns page positions into opaque cursors and back. Cursors are signed: only one that a server of
 * this deployment issued is accepted, and only in the scope it was issued for.
 * @param secret shared by all servers of a deployment
 */
export function createCursors(secret: string) {
  const key = createSecretKey(secret, "utf8");
  const sign = (scope: CursorScope, payload: string): Buffer =>
    createHmac("sha256", key)
      .update(JSON.stringify([scope.list, scope.user_uuid, scope.of ?? "", payload]))
      .digest()
      .subarray(0, MAC_BYTES);

  return {
    encode(scope: CursorScope, position: PagePosition): string {
      const payload = "before" in position ? `b${position.before}` : `a${position.after}`;
      const mac = sign(scope, payload).toString("base64url");
      return mac + Buffer.from(payload).toString("base64url");
    },

    /** Throws `cursor_invalid`. */
    decode(scope: CursorScope, cursor: string): PagePosition {
      const mac = Buffer.from(cursor.slice(0, MAC_CHARS), "base64url");
      const payload = Buffer.from(cursor.slice(MAC_CHARS), "base64url").toString();
      if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, sign(scope, payload))) {
        throw new AppError("cursor_invalid");
      }
      const position = payload.slice(1);
      return payload.startsWith("b") ? { before: position } : { after: position };
    },
  };
}
