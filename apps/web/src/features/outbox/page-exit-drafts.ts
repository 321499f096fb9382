import type { Draft } from "./types.ts";

const KEY = "cruddur-last-words-";

/**
 * Drafts as they were when a page went. A database's last write may die with its page, most of all
 * when the database is new; `localStorage` takes it at once. The next page moves them over.
 */
export function savePageExitDraft(user_uuid: string, group: string, draft: Draft): void {
  try {
    const kept = Object.fromEntries(readPageExitDrafts(user_uuid));
    localStorage.setItem(KEY + user_uuid, JSON.stringify({ ...kept, [group]: draft }));
  } catch {
    // Full or forbidden: the database's own last write is what is left.
  }
}

export function readPageExitDrafts(user_uuid: string): [group: string, draft: Draft][] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY + user_uuid) ?? "{}");
    return Object.entries((kept ?? {}) as Record<string, Draft>);
  } catch {
    return [];
  }
}

export function clearPageExitDrafts(user_uuid: string): void {
  try {
    localStorage.removeItem(KEY + user_uuid);
  } catch {
    // What can't be removed couldn't be written either.
  }
}
