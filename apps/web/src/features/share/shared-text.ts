const KEY = "cruddur-shared-text";

/**
 * Takes the text that the service worker put into the fragment of the address. It waits in the tab's
 * storage, so that it outlives a sign-in, and leaves the address, which the history keeps.
 */
export function keepSharedText(fragment: string): void {
  const text = new URLSearchParams(fragment.replace(/^#/, "")).get("text")?.trim() ?? "";
  if (text === "") return;
  sessionStorage.setItem(KEY, text);
  history.replaceState(history.state, "", location.pathname);
}

/** The text that was shared with the app, until `forgetSharedText`; "" for none. */
export function sharedText(): string {
  return sessionStorage.getItem(KEY) ?? "";
}

export function forgetSharedText(): void {
  sessionStorage.removeItem(KEY);
}
