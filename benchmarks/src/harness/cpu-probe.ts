/**
 * Loaded into every measured process with `--import`. Answers the harness's questions for CPU time and
 * memory over IPC, so that the product itself needs no change.
 */
process.on("message", (message: unknown) => {
  if (message !== "usage" && message !== "usage-after-gc") return;
  if (message === "usage-after-gc") globalThis.gc?.();
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
