const KEY = "cruddur-early-";

/**
 * What is typed before the outbox is open, which the first time takes a moment: kept where it can be
 * written at once, should the page go before the draft is stored. "" forgets it.
 * @param key names the person and the conversation
 */
export function saveStartupDraft(key: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(KEY + key);
    else sessionStorage.setItem(KEY + key, text);
  } catch {
    // A browser without storage keeps nothing, and the form says so once the outbox is open.
  }
}

export function readStartupDraft(key: string): string {
  try {
    return sessionStorage.getItem(KEY + key) ?? "";
  } catch {
    return "";
  }
}
