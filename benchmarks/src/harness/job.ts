/** The child's side of `startChild(...).ask(job)`: answers each job with its result or error. */
export function onJob<Job, Result>(work: (job: Job) => Promise<Result>): void {
  // Nothing else may keep a process alive that only waits for jobs.
  process.channel?.ref();
  process.on("message", (message: unknown) => {
    if (typeof message !== "object" || message === null || !("job" in message)) return;
    work(message.job as Job).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : error }),
    );
  });
}

/** Tells the harness that this process can be used; `value` is its port, or 0 where it has none. */
export function announceReady(value: number): void {
  process.send?.({ ready: value });
}
