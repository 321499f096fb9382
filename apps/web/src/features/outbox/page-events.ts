/**
 * Runs `task` while no other tab holds the lock. Browsers have no locks outside secure contexts:
 * the `client_id` still makes the server store each message once.
 */
export async function withWebLock(
  name: string,
  task: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if ("locks" in navigator) await navigator.locks.request(name, { signal }, task);
  else await task();
}

/**
 * Calls back when the page may be about to close. A browser may discard a hidden page without
 * another event, so hiding the page counts as closing it. @returns unsubscribe
 */
export function onPageExit(listener: () => void): () => void {
  const onHide = () => {
    if (document.visibilityState === "hidden") listener();
  };
  addEventListener("pagehide", listener);
  document.addEventListener("visibilitychange", onHide);
  return () => {
    removeEventListener("pagehide", listener);
    document.removeEventListener("visibilitychange", onHide);
  };
}

/** Calls back when the browser is online again. @returns unsubscribe */
export function onOnline(listener: () => void): () => void {
  addEventListener("online", listener);
  return () => removeEventListener("online", listener);
}
