/**
 * Loaded into every measured process with `--import`. Answers the harness's questions for CPU time and
 * memory over IPC, so that the product itself needs no change.
 */
import { setTimeout as sleep } from "node:timers/promises";

const PAUSE_MS = 100;
/** Resident memory is settled when this many collections in a row did not lower it. */
const UNCHANGED = 4;
const MAX_COLLECTIONS = 30;

/**
 * Collects garbage until resident memory no longer falls. Threads of the engine return what a collection
 * has freed to the system some hundred milliseconds later, tens of megabytes at a time.
 */
async function settleMemory(): Promise<void> {
  let lowest = Number.POSITIVE_INFINITY;
  let unchanged = 0;
  for (let count = 0; count < MAX_COLLECTIONS && unchanged < UNCHANGED; count += 1) {
    globalThis.gc?.();
    await sleep(PAUSE_MS);
    const rss = process.memoryUsage.rss();
    unchanged = rss < lowest * 0.99 ? 0 : unchanged + 1;
    lowest = Math.min(lowest, rss);
  }
}

process.on("message", async (message: unknown) => {
  if (message !== "usage" && message !== "usage-after-gc") return;
  if (message === "usage-after-gc") await settleMemory();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ usage: { cpuUs: user + system, rss, heapUsed, external } });
});
// Ends in an orderly way, so that `--cpu-prof` writes its profile.
process.once("SIGTERM", () => process.exit(0));
// Ends when the benchmark is killed.
process.on("disconnect", () => process.exit());
// The IPC channel must not keep a stopping server alive.
process.channel?.unref();
