import { setTimeout as sleep } from "node:timers/promises";

/** A running part, however it is made. */
export interface Part {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface SupervisedPart {
  readonly name: string;
  /** Of the process running now, or of the last one while the next is on its way. */
  readonly pid: number;
  /** Resolves when the part runs; after a crash, when its next start succeeded. */
  ready(): Promise<void>;
  /** SIGKILL, as a crash would; the supervisor starts it again. Resolves when it is dead. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  name: string;
  /** Starts the part and waits until it is ready. */
  start: () => Promise<Part>;
  log: (line: string) => void;
  /** Told of every new process, so that it can be found after our own death. */
  onStart: (name: string, pid: number) => Promise<void> | void;
  /** Waits before a restart. Default: by the real clock. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const pauseInRealTime = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal });

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;
/** A part that ended sooner than this is likely to do so again: its restart waits a little. */
const TOO_SOON_MS = 1_000;

/** Starts a part and keeps it running. Rejects when the first start fails. */
export async function supervise(options: SuperviseOptions): Promise<SupervisedPart> {
  const { name, start, log, onStart, pause = pauseInRealTime } = options;
  const stopping = new AbortController();
  let part = await start();
  await onStart(name, part.pid);
  let restarted: Promise<void> = Promise.resolve();

  const restart = async (firstDelayMs: number) => {
    for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, BACKOFF_MAX_MS)) {
      await pause(delayMs, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        const next = await start();
        if (stopping.signal.aborted) {
          await next.stop();
          return;
        }
        part = next;
        await onStart(name, part.pid);
        log(`${name} is back (pid ${part.pid})`);
        return;
      } catch (error) {
        log(`${name} didn't start: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const keepRunning = async () => {
    while (!stopping.signal.aborted) {
      const startedMs = Date.now();
      await part.exited;
      if (stopping.signal.aborted) return;
      log(`${name} (pid ${part.pid}) ended unexpectedly; starting it again`);
      restarted = restart(Date.now() - startedMs < TOO_SOON_MS ? TOO_SOON_MS : BACKOFF_FIRST_MS);
      await restarted;
    }
  };
  const running = keepRunning();

  return {
    name,
    get pid() {
      return part.pid;
    },
    async ready() {
      // `kill` resolves before the loop has seen the death, so let it look first.
      await new Promise((resolve) => setImmediate(resolve));
      await restarted;
    },
    kill: () => part.kill(),
    async stop() {
      stopping.abort();
      await part.stop();
      await running;
    },
  };
}
