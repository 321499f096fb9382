import type { LiveEnvelope, LiveStream } from "./types.ts";

/** A browser that reads this much too slowly is told to read the lists again instead. */
const MAX_QUEUED = 256;

/** What waits to go to one browser. Bounded: an overflow leaves one `resync`. */
export class StreamQueue implements LiveStream {
  readonly user_uuid: string;
  readonly #resync: () => LiveEnvelope;
  #queue: LiveEnvelope[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(user_uuid: string, resync: () => LiveEnvelope) {
    this.user_uuid = user_uuid;
    this.#resync = resync;
  }

  push(envelope: LiveEnvelope): void {
    if (this.#ended) return;
    if (this.#queue.length >= MAX_QUEUED) this.#queue = [this.#resync()];
    this.#queue.push(envelope);
    this.#wake?.();
  }

  /** What is queued still goes out. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LiveEnvelope, void> {
    while (true) {
      const next = this.#queue.shift();
      if (next !== undefined) yield next;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
