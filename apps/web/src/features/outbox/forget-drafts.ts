import { openOutboxDatabase } from "./outbox-database.ts";
import { pageExitDrafts } from "./page-exit-drafts.ts";
import { takeStartupDrafts } from "./startup-drafts.ts";

/**
 * Deletes a person's drafts from this browser, wherever they are kept. Messages that wait to be sent
 * stay. Rejects when the browser refuses storage.
 */
export async function forgetDrafts(user_uuid: string): Promise<void> {
  takeStartupDrafts(user_uuid);
  pageExitDrafts.clear(user_uuid);
  const db = await openOutboxDatabase(user_uuid);
  await db.clear("draft");
  db.close();
}
