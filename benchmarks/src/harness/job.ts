/** Answers each job that `startChild(...).ask(job)` sends with its result or error. */
export function onJob<Job, Result>(work: (job: Job) => Promise<Result>): void {
  // Keeps a process alive that only waits for jobs.
  process.channel?.ref();
  process.on("message", (message: unknown) => {
    if (typeof message !== "object" || message === null || !("job" in message)) return;
    work(message.job as Job).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : error }),
    );
  });
}

/** Reports to the harness that this process is ready. @param value its port, or 0 without one */
export function announceReady(value: number): void {
  process.send?.({ ready: value });
}
