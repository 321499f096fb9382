import { mkdir, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A lock this old belongs to a process that died: a living holder renews it. */
const LOCK_MAX_AGE_MS = 60_000;

export interface Making {
  isDone: () => boolean;
  /** A directory that exists while one process makes it; its parent must exist. */
  lock: string;
  make: () => Promise<void>;
}

/**
 * Makes something that all processes of this machine share, in one of them; the others wait.
 * Rejects with what `make` rejects with; whoever waited then tries it in its turn.
 */
export async function makeOnce({ isDone, lock, make }: Making): Promise<void> {
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
