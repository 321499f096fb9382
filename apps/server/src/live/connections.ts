import { AppError } from "@cruddur/contract/errors";
import type { LiveEvent } from "@cruddur/contract/live-events";
import type { SessionId } from "@cruddur/db/session-records";
import { LiveConnection } from "./connection.ts";
import { toEnvelope } from "./envelope.ts";

/** Which sessions of one user have ended: the one of `origin_jti`, or all except the one of `except`, or all. */
export interface EndedSessions {
  origin_jti?: string | undefined;
  except?: string | undefined;
}

export interface ConnectionLimits {
  maxConnections: number;
  maxConnectionsPerUser: number;
}

/** The live connections of this process, by user. */
export class LiveConnections {
  readonly #byUser = new Map<string, Set<LiveConnection>>();
  readonly #limits: ConnectionLimits;
  #count = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#count;
  }

  /** Throws `rate_limited` when the user has too many connections, `unavailable` when this process does. */
  open({ user_uuid, origin_jti }: SessionId): LiveConnection {
    const own = this.#byUser.get(user_uuid) ?? new Set();
    if (own.size >= this.#limits.maxConnectionsPerUser) {
      throw new AppError("rate_limited", { retryAfterSeconds: 10 });
    }
    if (this.#count >= this.#limits.maxConnections) {
      throw new AppError("unavailable", { retryAfterSeconds: 10 });
    }
    const connection = new LiveConnection(user_uuid, origin_jti);
    this.#byUser.set(user_uuid, own.add(connection));
    this.#count += 1;
    return connection;
  }

  close(connection: LiveConnection): void {
    connection.end();
    const own = this.#byUser.get(connection.user_uuid);
    if (own?.delete(connection)) this.#count -= 1;
    if (own?.size === 0) this.#byUser.delete(connection.user_uuid);
  }

  /** Returns which of these users are connected to this process. */
  connected(user_uuids: Iterable<string>): string[] {
    return [...new Set(user_uuids)].filter((uuid) => this.#byUser.has(uuid));
  }

  /** Sends one event to all connections of some users. */
  send(user_uuids: Iterable<string>, event: LiveEvent): void {
    const envelope = toEnvelope(event);
    for (const uuid of user_uuids) {
      for (const connection of this.#byUser.get(uuid) ?? []) connection.push(envelope);
    }
  }

  /** Sends one event to all connections of this process. */
  broadcast(event: LiveEvent): void {
    this.send(this.#byUser.keys(), event);
  }

  /** Tells the connections of sessions of a user that these have ended, and ends them. */
  signOut(user_uuid: string, { origin_jti, except }: EndedSessions): void {
    const envelope = toEnvelope({ type: "signed_out" });
    for (const connection of this.#byUser.get(user_uuid) ?? []) {
      if (origin_jti !== undefined && connection.origin_jti !== origin_jti) continue;
      if (connection.origin_jti === except) continue;
      connection.push(envelope);
      connection.end();
    }
  }

  /** Ends all connections. The browsers reconnect by themselves. */
  end(): void {
    for (const set of this.#byUser.values()) for (const connection of set) connection.end();
  }
}
