import { mkdir, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A lock of this age belongs to a process that has ended, since a running one renews it. */
const LOCK_MAX_AGE_MS = 60_000;

export interface RunOnceOptions {
  isDone: () => boolean;
  /** A directory that exists while a process runs `make`. Its parent must exist. */
  lock: string;
  make: () => Promise<void>;
}

/**
 * Runs `make` in one process of this machine at a time, until it has succeeded once. Rejects when
 * this process ran it and it failed; a waiting process then tries it.
 */
export async function runOnceAcrossProcesses({
  isDone,
  lock,
  make,
}: RunOnceOptions): Promise<void> {
  while (!isDone()) {
    if (!(await acquire(lock))) {
      await sleep(100);
      continue;
    }
    const renewal = setInterval(
      () => void utimes(lock, new Date(), new Date()).catch(() => undefined),
      LOCK_MAX_AGE_MS / 4,
    );
    try {
      if (!isDone()) await make();
    } finally {
      clearInterval(renewal);
      await rm(lock, { recursive: true, force: true });
    }
  }
}

async function acquire(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > LOCK_MAX_AGE_MS) await rm(lock, { recursive: true, force: true });
    return false;
  }
}
