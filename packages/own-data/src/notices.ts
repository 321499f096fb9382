import { OPERATOR_NOTICES_CHANNEL } from "@cruddur/contract/notifications";
import type { Db } from "@cruddur/db/client";
import { sql } from "drizzle-orm";

/** What the servers are told while a person is erased, in the form of their live notices. */
export type ErasureNotice =
  | { type: "signed_out"; user_uuid: string }
  | { type: "message_group_changed"; message_group_uuid: string; to: string[] }
  | {
      type: "group_changed";
      message_group_uuid: string;
      message_uuid: string | null;
      members: readonly string[];
      left: readonly string[];
    }
  | {
      type: "message_changed";
      message_group_uuid: string;
      message_uuid: string;
      member_count: number;
    }
  | { type: "user"; user_uuid: string; handle: string; to: string[] };

/** Sends notices through Postgres, to which every server listens for operators' commands. */
export function createNoticePublisher(db: Db) {
  return async (notice: ErasureNotice): Promise<void> => {
    await db.execute(sql`select pg_notify(${OPERATOR_NOTICES_CHANNEL}, ${JSON.stringify(notice)})`);
  };
}
