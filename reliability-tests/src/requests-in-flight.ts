type Send = (...args: never[]) => Promise<unknown>;

/** Counts the requests to the table that have been sent and are not answered yet. */
export class RequestsInFlight {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Counts some work as one request until it settles. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work();
    } finally {
      this.#count -= 1;
    }
  }

  /** Returns a client whose requests count here, retries included, and that is otherwise the same. */
  track<Client extends object>(client: Client): Client {
    const { send } = client as { send: Send };
    const trackedSend: Send = (...args) => this.run(() => send.apply(client, args));
    return Object.create(client, { send: { value: trackedSend } }) as Client;
  }
}
