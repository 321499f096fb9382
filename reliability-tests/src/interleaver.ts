/**
 * Lets requests that wait at the same time through one by one, in an order the history chooses:
 * the interleaving of concurrent acts is then part of the seed instead of the machine's mood.
 */
export class Interleaver {
  readonly #waiting: (() => Promise<unknown>)[] = [];
  readonly #choices: readonly number[];
  readonly #settle: () => Promise<void>;
  #next = 0;
  #pumping = false;

  /**
   * @param choices which of those waiting goes next, modulo their number; read in a circle
   * @param settle waits until everyone who is about to ask has asked
   */
  constructor(choices: readonly number[], settle: () => Promise<void> = turnsOfTheLoop) {
    this.#choices = choices;
    this.#settle = settle;
  }

  run<T>(request: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => request().then(resolve, reject));
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#waiting.length > 0) {
      await this.#settle();
      const choice = this.#choices[this.#next++ % Math.max(1, this.#choices.length)] ?? 0;
      const [request] = this.#waiting.splice(choice % this.#waiting.length, 1);
      await request?.();
    }
    this.#pumping = false;
  }
}

/** Enough for clients that ask from within this process, up to the SDK's request handler. */
async function turnsOfTheLoop(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
