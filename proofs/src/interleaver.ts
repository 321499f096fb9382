const SETTLE_TURNS = 3;

/**
 * Lets requests that wait at the same time through one by one, in an order the history chooses:
 * the interleaving of concurrent acts is then part of the seed instead of the machine's mood.
 */
export class Interleaver {
  readonly #waiting: (() => Promise<unknown>)[] = [];
  readonly #choices: readonly number[];
  #next = 0;
  #pumping = false;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
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
      // Everyone who is about to ask gets to ask before the choice is made.
      for (let turn = 0; turn < SETTLE_TURNS; turn += 1) {
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      const choice = this.#choices[this.#next++ % Math.max(1, this.#choices.length)] ?? 0;
      const [request] = this.#waiting.splice(choice % this.#waiting.length, 1);
      await request?.();
    }
    this.#pumping = false;
  }
}
