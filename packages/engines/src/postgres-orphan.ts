import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { commandLineOf, isAlive, waitUntilGone } from "./processes.ts";

/**
 * Stops a Postgres that a killed parent left running on this data directory. Removes the lock file
 * if its pid does not run any more or belongs to another program.
 */
export async function stopOrphan(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, "postmaster.pid");
  const lock = await readFile(lockFile, "utf8").catch(() => null);
  if (lock === null) return;
  const pid = Number.parseInt(lock, 10);
  const isOurs = isAlive(pid) && (await commandLineOf(pid)).includes(dataDir);
  if (!isOurs) {
    await rm(lockFile, { force: true });
    return;
  }
  // SIGINT is Postgres's fast shutdown; SIGQUIT leaves recovery to the next start.
  process.kill(pid, "SIGINT");
  if (await waitUntilGone(pid, 10_000)) return;
  process.kill(pid, "SIGQUIT");
  if (!(await waitUntilGone(pid, 5_000))) {
    throw new Error(`Postgres (pid ${pid}) on ${dataDir} doesn't stop: end it and try again`);
  }
}
