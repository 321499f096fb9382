import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { createDynamoDbClient, type MessagesTableClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { createFastPathClient } from "@cruddur/ddb/fast-path-client";
import type { MessagesStore } from "@cruddur/ddb/store";
import { createMessagesStore } from "@cruddur/ddb/store";
import { TABLE_NAME } from "@cruddur/ddb/table";
import type { Member } from "@cruddur/ddb/types";
import { type DynamoDbEngine, startDynamoDb } from "@cruddur/engines/dynamodb";
import type { Lambda } from "./delivery.ts";
import type { FaultKind } from "./faults.ts";
import { makeFaulty } from "./faulty-client.ts";
import { type FaultyEndpoint, startFaultyEndpoint } from "./faulty-endpoint.ts";
import { FaultyTable, IndexAnswers } from "./faulty-table.ts";
import { PEOPLE } from "./history.ts";
import { createLambda } from "./lambda.ts";
import { retryWithoutWaiting } from "./retries.ts";
import { followStream, type StreamLog } from "./stream-log.ts";

/** The engine slows down with every stream record it keeps: a new one after so many histories. */
const HISTORIES_PER_ENGINE = 30;

/** Two servers with their own clocks, the Lambda, and a look from outside that no fault disturbs. */
export interface World {
  people: readonly Member[];
  servers: readonly MessagesStore[];
  lambda: Lambda;
  /** Sees the table as it is. */
  observer: MessagesStore;
  client: DynamoDBClient;
  stream: StreamLog;
  /** Between the servers and the table. */
  serverTable: FaultyTable;
  /** Between the Lambda and the table. */
  lambdaTable: FaultyTable;
  /** How to wait until all concurrent requests have arrived; default: a few turns of the loop. */
  settle?: () => Promise<void>;
}

export interface WorldOptions {
  /** How far the second server's clock is behind the first one's. */
  clockSkewMs?: number;
  /** Servers reach the table by the fast path, as they do in production. */
  fastPath?: boolean;
}

/** Makes worlds with new people each, on engines that don't grow old. */
export class Worlds implements AsyncDisposable {
  /** Faults injected so far, by kind. */
  readonly faults = new Map<FaultKind | "crash", number>();
  #engine: DynamoDbEngine | null = null;
  #stream: StreamLog | null = null;
  #endpoint: FaultyEndpoint | null = null;
  #clients: { destroy(): void }[] = [];
  #made = 0;

  /** Worlds made so far. */
  get made(): number {
    return this.#made;
  }

  async create({ clockSkewMs = 0, fastPath = false }: WorldOptions = {}): Promise<World> {
    if (this.#made++ % HISTORIES_PER_ENGINE === 0) await this.#restart();
    const [engine, stream, endpoint] = [this.#engine, this.#stream, this.#endpoint];
    if (!engine || !stream || !endpoint) throw new Error("the engine did not start");
    const indexAnswers = new IndexAnswers();
    const newTable = () => new FaultyTable({ indexAnswers, onFault: (kind) => this.#count(kind) });
    const serverTable = newTable();
    const lambdaTable = newTable();
    endpoint.table = serverTable;
    const client = this.#newClient(engine.endpoint);
    const lambdaClient = makeFaulty(this.#newClient(engine.endpoint), lambdaTable);
    const serverClient = fastPath
      ? this.#newFastPathClient(endpoint.endpoint)
      : makeFaulty(this.#newClient(engine.endpoint), serverTable);
    await stream.poll();
    return {
      people: Array.from({ length: PEOPLE }, (_, i) => person(i)),
      servers: [0, clockSkewMs].map((skew) =>
        createMessagesStore({ client: serverClient, now: () => Date.now() - skew }),
      ),
      lambda: createLambda(lambdaClient, lambdaTable),
      observer: createMessagesStore({ client }),
      client,
      stream,
      serverTable,
      lambdaTable,
      ...(fastPath ? { settle: () => setTimeout(2) } : {}),
    };
  }

  #newClient(endpoint: string): DynamoDBClient {
    const client = createDynamoDbClient({ endpoint });
    this.#clients.push(client);
    return retryWithoutWaiting(client);
  }

  #newFastPathClient(endpoint: string): MessagesTableClient {
    const client = createFastPathClient(this.#newClient(endpoint));
    this.#clients.push(client);
    return client;
  }

  #count(kind: FaultKind | "crash"): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  async #restart(): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.#engine = await startDynamoDb();
    const { endpoint } = this.#engine;
    await ensureTable(this.#newClient(endpoint));
    const streams = new DynamoDBStreamsClient({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    this.#clients.push(streams);
    this.#stream = await followStream(streams, TABLE_NAME);
    const untouched = new FaultyTable({ indexAnswers: new IndexAnswers(), onFault: () => {} });
    this.#endpoint = await startFaultyEndpoint(endpoint, untouched);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    await this.#endpoint?.[Symbol.asyncDispose]();
    await this.#engine?.stop();
    this.#engine = null;
    this.#endpoint = null;
  }
}

function person(i: number): Member {
  const handle = ["andrew", "bayko", "londo", "mollari"][i] ?? `person${i}`;
  return { user_uuid: randomUUID(), handle, display_name: `${handle} of the proofs` };
}
