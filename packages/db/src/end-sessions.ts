import { SESSIONS_ENDED_CHANNEL } from "@cruddur/contract/notifications";
import { sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { createSessionRecords } from "./session-records.ts";

/**
 * Ends all sessions of a person, and tells every server, so that their live connections end as well.
 * For commands of operators: a server tells the others itself. Throws AppError `unavailable`.
 * @param tx the transaction of what the sessions end for
 */
export async function endSessionsEverywhere(tx: Db, user_uuid: string): Promise<void> {
  await createSessionRecords(tx).endAllSessions(user_uuid);
  await tx.execute(sql`select pg_notify(${SESSIONS_ENDED_CHANNEL}, ${user_uuid})`);
}
