import { OPERATOR_NOTICES_CHANNEL } from "@cruddur/contract/notifications";
import type { Db } from "@cruddur/db/client";
import { sql } from "drizzle-orm";

/**
 * What servers are told while a person is erased. Each one is a live notice, which the compiler checks
 * where a server receives it (`apps/server/src/live/live.ts`).
 */
export type ErasureNotice =
  | { type: "signed_out"; user_uuid: string }
  | { type: "message_group_changed"; message_group_uuid: string; to: string[] }
  | {
      type: "group_changed";
      message_group_uuid: string;
      message_uuid: string | null;
      members: readonly string[];
      left: readonly string[];
      reason: "left";
    }
  | {
      type: "message_changed";
      message_group_uuid: string;
      message_uuid: string;
      member_count: number;
    }
  | { type: "user"; user_uuid: string; handle: string; to: string[] };

/** Sends notices through Postgres: every server listens there to what operators' commands tell it. */
export function createNoticePublisher(db: Db) {
  return async (notice: ErasureNotice): Promise<void> => {
    await db.execute(sql`select pg_notify(${OPERATOR_NOTICES_CHANNEL}, ${JSON.stringify(notice)})`);
  };
}
