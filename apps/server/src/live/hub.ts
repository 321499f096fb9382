import { AppError } from "@cruddur/contract/errors";
import { type LiveEvent, liveEventSchema } from "@cruddur/contract/live-events";
import { tracked } from "@trpc/server";
import { StreamQueue } from "./connection.ts";
import { formatEventId } from "./event-id.ts";
import type { LiveEnvelope } from "./types.ts";

export interface HubLimits {
  maxStreams: number;
  maxStreamsPerUser: number;
}

/** The open streams of this process, by person. */
export class Hub {
  readonly #streams = new Map<string, Set<StreamQueue>>();
  readonly #limits: HubLimits;
  #count = 0;

  constructor(limits: HubLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#count;
  }

  /** Opens a stream. Throws `rate_limited` or `unavailable` where there are too many. */
  open(user_uuid: string): StreamQueue {
    const own = this.#streams.get(user_uuid) ?? new Set();
    if (own.size >= this.#limits.maxStreamsPerUser) {
      throw new AppError("rate_limited", { retryAfterSeconds: 10 });
    }
    if (this.#count >= this.#limits.maxStreams) {
      throw new AppError("unavailable", { retryAfterSeconds: 10 });
    }
    const stream = new StreamQueue(user_uuid, () => toEnvelope({ type: "resync" }));
    this.#streams.set(user_uuid, own.add(stream));
    this.#count += 1;
    return stream;
  }

  close(stream: StreamQueue): void {
    stream.end();
    const own = this.#streams.get(stream.user_uuid);
    if (own?.delete(stream)) this.#count -= 1;
    if (own?.size === 0) this.#streams.delete(stream.user_uuid);
  }

  /** Of some people, those who are connected here. */
  connected(user_uuids: Iterable<string>): string[] {
    return [...new Set(user_uuids)].filter((uuid) => this.#streams.has(uuid));
  }

  /** Sends one event to all streams of some people. */
  send(user_uuids: Iterable<string>, event: LiveEvent): void {
    const envelope = toEnvelope(event);
    for (const uuid of user_uuids) {
      for (const stream of this.#streams.get(uuid) ?? []) stream.push(envelope);
    }
  }

  /** Sends one event to everyone connected here. */
  broadcast(event: LiveEvent): void {
    this.send(this.#streams.keys(), event);
  }

  /** Ends a person's streams, or all; the browsers come back by themselves. */
  end(user_uuid?: string): void {
    const sets =
      user_uuid === undefined ? [...this.#streams.values()] : [this.#streams.get(user_uuid)];
    for (const set of sets) for (const stream of set ?? []) stream.end();
  }
}

/** The output check of live events: once for each event, not once for each stream it goes to. */
export function toEnvelope(event: LiveEvent): LiveEnvelope {
  return tracked(formatEventId(Date.now()), liveEventSchema.parse(event));
}
