import type { OutboxOptions, TabMessage } from "./create-outbox.ts";

/** How tabs of one person tell each other what changed; alone where the browser has no such thing. */
export function openChannel(name: string): OutboxOptions["channel"] {
  if (typeof BroadcastChannel === "undefined") return { post() {}, listen() {}, close() {} };
  const channel = new BroadcastChannel(name);
  let open = true;
  return {
    post: (message) => open && channel.postMessage(message),
    listen(listener) {
      channel.onmessage = ({ data }: MessageEvent<TabMessage>) => listener(data);
    },
    close() {
      open = false;
      channel.close();
    },
  };
}

/** Outside secure contexts there are no locks: the `client_id` still keeps each message single. */
export async function withWebLock(
  name: string,
  task: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if ("locks" in navigator) await navigator.locks.request(name, { signal }, task);
  else await task();
}

/** A page in the background may be discarded without another word, so hiding counts as leaving. */
export function onLeave(listener: () => void): () => void {
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

/** When a send that failed for want of a network may go through. */
export function onHope(listener: () => void): () => void {
  addEventListener("online", listener);
  return () => removeEventListener("online", listener);
}
