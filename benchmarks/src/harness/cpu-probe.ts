/**
 * Loaded into every process under test with `--import`: answers the harness's question for CPU time
 * and memory over IPC, so that the product runs as it is shipped.
 */
process.on("message", (message: unknown) => {
  if (message !== "usage" && message !== "usage-after-gc") return;
  if (message === "usage-after-gc") globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ usage: { cpuUs: user + system, rss, heapUsed, external } });
});
// An orderly end, so that `--cpu-prof` writes its profile.
process.once("SIGTERM", () => process.exit(0));
// A bench that is killed must leave no server behind.
process.on("disconnect", () => process.exit());
// The channel must not keep a server alive that wants to stop.
process.channel?.unref();
