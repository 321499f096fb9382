/**
 * Runs one task for each conversation and tab at a time, under a lock that all tabs share. A call
 * while the task runs makes it run again afterwards, because it may have missed what was added.
 */
export function createDrains(options: {
  /** Runs `task` while no other tab holds `name`. Rejects when aborted before the task started. */
  withLock(name: string, task: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Names the lock of a conversation. */
  lockOf(message_group_uuid: string): string;
  run(message_group_uuid: string): Promise<void>;
  stopped: AbortSignal;
}): (message_group_uuid: string) => void {
  const { withLock, lockOf, run, stopped } = options;
  const running = new Map<string, { again: boolean }>();

  return function drain(message_group_uuid: string): void {
    if (stopped.aborted) return;
    const before = running.get(message_group_uuid);
    if (before) {
      before.again = true;
      return;
    }
    const current = { again: false };
    running.set(message_group_uuid, current);
    withLock(lockOf(message_group_uuid), () => run(message_group_uuid), stopped)
      .catch((error: unknown) => {
        if (!stopped.aborted) console.error("outbox", error);
      })
      .finally(() => {
        running.delete(message_group_uuid);
        if (current.again) drain(message_group_uuid);
      });
  };
}

/** Makes a function that resolves after `ms`, or sooner when the network is back or all is stopped. */
export function createPause(
  onOnline: (listener: () => void) => () => void,
  stopped: AbortSignal,
): (ms: number, ignoresOnline: boolean) => Promise<void> {
  return (ms, ignoresOnline) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stopListening();
        stopped.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      const stopListening = ignoresOnline ? () => {} : onOnline(done);
      stopped.addEventListener("abort", done);
    });
}
