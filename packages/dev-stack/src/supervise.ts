import { setTimeout as sleep } from "node:timers/promises";

/** A running process of the local stack. */
export interface Part {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface SupervisedPart {
  readonly name: string;
  /** The pid of the running process; during a restart, the pid of the last one. */
  readonly pid: number;
  /** Resolves when the part runs; during a restart, when that has succeeded. */
  ready(): Promise<void>;
  /** Sends SIGKILL, after which the supervisor restarts the part. Resolves when it is dead. */
  kill(): Promise<void>;
  /** Stops the part in an orderly way and starts it again. Resolves when it runs. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface SuperviseOptions {
  name: string;
  /** Starts the part and resolves when it is ready. */
  start: () => Promise<Part>;
  log: (line: string) => void;
  /** Called for every new process, so that a later run can find it if this process is killed. */
  onStart: (name: string, pid: number) => Promise<void> | void;
  /** Waits before a restart. Default: a timer. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

const pauseInRealTime = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal });

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;
/** A part that ends sooner than this probably ends again, so its restart waits as long. */
const TOO_SOON_MS = 1_000;

/** Starts a part and restarts it whenever it ends. Rejects when the first start fails. */
export async function supervise(options: SuperviseOptions): Promise<SupervisedPart> {
  const { name, start, log, onStart, pause = pauseInRealTime } = options;
  const stopping = new AbortController();
  let part = await start();
  await onStart(name, part.pid);
  let restarted: Promise<void> = Promise.resolve();
  let requested: Promise<void> = Promise.resolve();
  let isRequested = false;

  const startAgain = async (firstDelayMs: number) => {
    for (let delayMs = firstDelayMs; ; delayMs = nextDelayMs(delayMs)) {
      if (delayMs > 0) await pause(delayMs, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        const next = await start();
        if (stopping.signal.aborted) {
          await next.stop();
          return;
        }
        part = next;
        await onStart(name, part.pid);
        log(`${name} is running again (pid ${part.pid})`);
        return;
      } catch (error) {
        log(`${name} did not start: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  const keepRunning = async () => {
    while (!stopping.signal.aborted) {
      const startedMs = Date.now();
      await part.exited;
      if (stopping.signal.aborted) return;
      const reason = isRequested ? "stopped" : "ended unexpectedly";
      log(`${name} (pid ${part.pid}) ${reason}; starting it again`);
      const crashDelayMs = Date.now() - startedMs < TOO_SOON_MS ? TOO_SOON_MS : BACKOFF_FIRST_MS;
      restarted = startAgain(isRequested ? 0 : crashDelayMs);
      isRequested = false;
      await restarted;
    }
  };
  const running = keepRunning();
  const untilRestarted = async () => {
    // `exited` resolves before the loop above has noticed it, so the loop runs first.
    await new Promise((resolve) => setImmediate(resolve));
    await restarted;
  };
  const restart = async () => {
    isRequested = true;
    await part.stop();
    await untilRestarted();
  };

  return {
    name,
    get pid() {
      return part.pid;
    },
    async ready() {
      await requested;
      await untilRestarted();
    },
    kill: () => part.kill(),
    restart() {
      requested = restart();
      return requested;
    },
    async stop() {
      stopping.abort();
      await part.stop();
      await running;
    },
  };
}

function nextDelayMs(delayMs: number): number {
  return Math.min(Math.max(delayMs * 2, BACKOFF_FIRST_MS), BACKOFF_MAX_MS);
}
