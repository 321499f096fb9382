/**
 * Runs the concurrent requests of a step one at a time, in an order that the operation history
 * chooses, so that their interleaving depends on the seed and not on the speed of the machine.
 */
export class RequestScheduler {
  readonly #waiting: (() => Promise<unknown>)[] = [];
  readonly #schedule: readonly number[];
  readonly #requestsInFlight: () => number;
  #position = 0;
  #isRunning = false;

  /**
   * @param schedule which of the waiting requests runs next (modulo); after the last entry, the first is used again
   * @param requestsInFlight how many requests clients have sent and not received an answer to,
   *   including those that wait here
   */
  constructor(schedule: readonly number[], requestsInFlight: () => number) {
    this.#schedule = schedule;
    this.#requestsInFlight = requestsInFlight;
  }

  run<T>(request: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => request().then(resolve, reject));
      void this.#runAll();
    });
  }

  async #runAll(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      await this.#allArrived();
      const choice = this.#schedule[this.#position++ % Math.max(1, this.#schedule.length)] ?? 0;
      const [request] = this.#waiting.splice(choice % this.#waiting.length, 1);
      await request?.();
    }
    this.#isRunning = false;
  }

  /**
   * Resolves when every request in flight waits here. Requests may still be on a socket, or an
   * answer may be on its way back to a client, which then sends the next request.
   */
  async #allArrived(): Promise<void> {
    let quietTurns = 0;
    while (quietTurns < QUIET_TURNS) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const isQuiet = this.#requestsInFlight() <= this.#waiting.length;
      quietTurns = isQuiet ? quietTurns + 1 : 0;
    }
  }
}

/** Turns of the event loop in which a client that got its answer sends its next request. */
const QUIET_TURNS = 3;
