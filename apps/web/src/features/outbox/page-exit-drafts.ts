import { createSynchronousDrafts } from "./synchronous-drafts.ts";
import type { Draft } from "./types.ts";

/**
 * Drafts as they were when a page closed. A page's last write to IndexedDB may be lost with the
 * page, most of all when the database is new, while `localStorage` is written at once. The next
 * page moves these drafts into the database.
 */
export const pageExitDrafts = createSynchronousDrafts<Draft>(
  () => localStorage,
  "cruddur-page-exit-drafts-",
);
