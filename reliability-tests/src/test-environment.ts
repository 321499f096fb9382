import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { createMessageUuidFactory } from "@cruddur/contract/ids";
import { bindAccessPatterns } from "@cruddur/ddb/access-pattern";
import { createDynamoDbClient, type MessagesTableClient } from "@cruddur/ddb/client";
import { ensureTable } from "@cruddur/ddb/create-table";
import { createFastPathClient } from "@cruddur/ddb/fast-path-client";
import { erasurePatterns } from "@cruddur/ddb/roles";
import { createMessagesStore, type MessagesStore } from "@cruddur/ddb/store";
import { TABLE_NAME } from "@cruddur/ddb/table";
import type { Member } from "@cruddur/ddb/types";
import { type DynamoDbEngine, startDynamoDb } from "@cruddur/engines/dynamodb";
import { Erasures } from "./erasures.ts";
import type { FaultKind } from "./faults/faults.ts";
import { addFaults } from "./faults/faulty-client.ts";
import { type FaultyEndpoint, startFaultyEndpoint } from "./faults/faulty-endpoint.ts";
import { FaultyTable, IndexAnswers } from "./faults/faulty-table.ts";
import { retryWithoutDelay } from "./faults/retry-without-delay.ts";
import { PEOPLE_COUNT } from "./operation-history.ts";
import { RequestsInFlight } from "./requests-in-flight.ts";
import type { StreamLambda } from "./stream/event-source.ts";
import { createStreamLambda } from "./stream/lambda.ts";
import { openStreamReader, type StreamReader } from "./stream/stream-reader.ts";

/** The engine slows down with every stream record that it keeps, so it is replaced regularly. */
const ENVIRONMENTS_PER_ENGINE = 30;

/** Two servers with clocks of their own, the stream Lambda, and an observer that no fault affects. */
export interface TestEnvironment {
  people: readonly Member[];
  servers: readonly MessagesStore[];
  lambda: StreamLambda;
  /** Reads and writes the table without faults. */
  observer: MessagesStore;
  client: DynamoDBClient;
  stream: StreamReader;
  /** Gives a person an account, and returns what one run of their erasure does, over the servers' table. */
  prepareErasure(person: Member): Promise<(beforeCall: () => void) => Promise<void>>;
  /** Injects faults between the servers and the table. */
  serverTable: FaultyTable;
  /** Injects faults between the Lambda and the table. */
  lambdaTable: FaultyTable;
  /** The requests of all clients of this environment. */
  requestsInFlight: RequestsInFlight;
}

export interface TestEnvironmentOptions {
  /** How far the second server's clock is behind the first one's. */
  clockSkewMs?: number;
  /** True when the servers reach the table by the fast path, as they do in production. */
  fastPath?: boolean;
}

/** Creates test environments, each with people of its own, on engines that several of them share. */
export class TestEnvironments implements AsyncDisposable {
  /** How often each kind of fault was injected. */
  readonly faults = new Map<FaultKind | "crash", number>();
  #engine: DynamoDbEngine | null = null;
  #endpoint: FaultyEndpoint | null = null;
  #stream: StreamReader | null = null;
  #clients: { destroy(): void }[] = [];
  #created = 0;
  readonly #erasures = new Erasures();

  async create({
    clockSkewMs = 0,
    fastPath = false,
  }: TestEnvironmentOptions = {}): Promise<TestEnvironment> {
    if (this.#created++ % ENVIRONMENTS_PER_ENGINE === 0) await this.#replaceEngine();
    const [engine, stream, endpoint] = [this.#engine, this.#stream, this.#endpoint];
    if (!engine || !stream || !endpoint) throw new Error("The engine did not start.");
    const indexAnswers = new IndexAnswers();
    const createTable = () => new FaultyTable(indexAnswers, (kind) => this.#countFault(kind));
    const serverTable = createTable();
    const lambdaTable = createTable();
    endpoint.table = serverTable;
    const requests = new RequestsInFlight();
    const client = requests.track(this.#createClient(engine.endpoint));
    const lambdaClient = addFaults(this.#createClient(engine.endpoint), lambdaTable);
    const serverClient = fastPath
      ? this.#createFastPathClient(endpoint.endpoint)
      : addFaults(this.#createClient(engine.endpoint), serverTable);
    const trackedServerClient = requests.track(serverClient);
    const erasureStore = bindAccessPatterns(
      {
        ...{ client: trackedServerClient, tableName: TABLE_NAME, now: Date.now },
        mintMessageUuid: createMessageUuidFactory(),
      },
      erasurePatterns,
    );
    await stream.poll();
    return {
      people: Array.from({ length: PEOPLE_COUNT }, (_, index) => createPerson(index)),
      servers: [0, clockSkewMs].map((skewMs) =>
        createMessagesStore({ client: trackedServerClient, now: () => Date.now() - skewMs }),
      ),
      prepareErasure: (person) => this.#erasures.prepare(person, erasureStore, requests),
      lambda: createStreamLambda(requests.track(lambdaClient), lambdaTable),
      observer: createMessagesStore({ client }),
      client,
      stream: { poll: () => requests.run(() => stream.poll()) },
      serverTable,
      lambdaTable,
      requestsInFlight: requests,
    };
  }

  #createClient(endpoint: string): DynamoDBClient {
    const client = createDynamoDbClient({ endpoint });
    this.#clients.push(client);
    return retryWithoutDelay(client);
  }

  #createFastPathClient(endpoint: string): MessagesTableClient {
    const client = createFastPathClient(this.#createClient(endpoint));
    this.#clients.push(client);
    return client;
  }

  #countFault(kind: FaultKind | "crash"): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  async #replaceEngine(): Promise<void> {
    await this.#stopEngine();
    this.#engine = await startDynamoDb();
    const { endpoint } = this.#engine;
    await ensureTable(this.#createClient(endpoint));
    const streamsClient = new DynamoDBStreamsClient({
      endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    this.#clients.push(streamsClient);
    this.#stream = await openStreamReader(streamsClient, TABLE_NAME);
    const withoutFaults = new FaultyTable(new IndexAnswers(), () => {});
    this.#endpoint = await startFaultyEndpoint(endpoint, withoutFaults);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stopEngine();
    await this.#erasures[Symbol.asyncDispose]();
  }

  async #stopEngine(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    await this.#endpoint?.[Symbol.asyncDispose]();
    await this.#engine?.stop();
    this.#engine = null;
    this.#endpoint = null;
  }
}

function createPerson(index: number): Member {
  const name = ["andrew", "bayko", "londo", "mollari"][index] ?? `person${index}`;
  // Unique, so that the name of an erased person can be searched for in the table.
  const handle = `${name}-${randomUUID().slice(0, 8)}`;
  return { user_uuid: randomUUID(), handle, display_name: `Test person ${handle}` };
}
