import { type LiveEnvelope, toEnvelope } from "./envelope.ts";

/** Events that wait for a browser that reads too slowly. More are replaced by one `resync`. */
const MAX_QUEUED = 256;

/** One live connection of a browser: the events that wait to be written to it. */
export class LiveConnection implements AsyncIterable<LiveEnvelope> {
  readonly user_uuid: string;
  /** Names the session that opened the connection. */
  readonly origin_jti: string;
  #queue: LiveEnvelope[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(user_uuid: string, origin_jti: string) {
    this.user_uuid = user_uuid;
    this.origin_jti = origin_jti;
  }

  push(envelope: LiveEnvelope): void {
    if (this.#ended) return;
    if (this.#queue.length >= MAX_QUEUED) this.#queue = [toEnvelope({ type: "resync" })];
    this.#queue.push(envelope);
    this.#wake?.();
  }

  /** Accepts no more events; those that are queued are still delivered. */
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
