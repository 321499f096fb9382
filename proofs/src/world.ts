import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { createDynamoDbClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { createMessagesStore } from "@cruddur/ddb/store";
import { TABLE_NAME } from "@cruddur/ddb/table";
import type { Member, MessagesStore } from "@cruddur/ddb/types";
import { type DynamoDbEngine, startDynamoDb } from "@cruddur/engines/dynamodb";
import type { Lambda } from "./delivery.ts";
import { type FaultyTable, IndexAnswers, makeFaulty } from "./faulty-dynamodb.ts";
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
}

export interface WorldOptions {
  /** How far the second server's clock is behind the first one's. */
  clockSkewMs?: number;
}

/** Makes worlds with new people each, on engines that don't grow old. */
export class Worlds implements AsyncDisposable {
  #engine: DynamoDbEngine | null = null;
  #stream: StreamLog | null = null;
  #clients: { destroy(): void }[] = [];
  #made = 0;

  async create({ clockSkewMs = 0 }: WorldOptions = {}): Promise<World> {
    if (this.#made++ % HISTORIES_PER_ENGINE === 0) await this.#restart();
    const [engine, stream] = [this.#engine, this.#stream];
    if (!engine || !stream) throw new Error("the engine did not start");
    const newClient = () => {
      const client = createDynamoDbClient({ endpoint: engine.endpoint });
      this.#clients.push(client);
      return client;
    };
    const indexAnswers = new IndexAnswers();
    const serverClient = retryWithoutWaiting(newClient());
    const lambdaClient = retryWithoutWaiting(newClient());
    const client = newClient();
    const lambdaTable = makeFaulty(lambdaClient, behaved(indexAnswers));
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
      serverTable: makeFaulty(serverClient, behaved(indexAnswers)),
      lambdaTable,
    };
  }

  async #restart(): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.#engine = await startDynamoDb();
    const { endpoint } = this.#engine;
    const client = createDynamoDbClient({ endpoint });
    await ensureTable(client);
    const streams = new DynamoDBStreamsClient({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    this.#clients.push(client, streams);
    this.#stream = await followStream(streams, TABLE_NAME);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    await this.#engine?.stop();
    this.#engine = null;
  }
}

function behaved(indexAnswers: IndexAnswers): FaultyTable {
  return {
    plan: [],
    crashAfterWrites: null,
    interleaver: null,
    indexAnswers,
    rewrite: null,
    onFault: () => {},
  };
}

function person(i: number): Member {
  const handle = ["andrew", "bayko", "londo", "mollari"][i] ?? `person${i}`;
  return { user_uuid: randomUUID(), handle, display_name: `${handle} of the proofs` };
}
