import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { startChild, waitUntilReady } from "./child.ts";
import { indexStreamRecords } from "./dynamodb-file.ts";
import { dynamoDbProgram } from "./dynamodb-program.ts";
import { type PortOptions, PortTakenError, startOnFreePort } from "./ports.ts";

export interface DynamoDbOptions extends PortOptions {
  /** SQLite file that holds the tables; without it they live in memory. */
  dataFile?: string;
  log?: (line: string) => void;
}

export interface DynamoDbEngine extends AsyncDisposable {
  /** For `AWS_ENDPOINT_URL`. Listens on loopback; accepts all credentials and regions. */
  readonly endpoint: string;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<unknown>;
  stop(): Promise<void>;
  /** Sends SIGKILL, like a crash. */
  kill(): Promise<void>;
}

/** Starts dynoxide, a DynamoDB-compatible engine with transactions and streams. Listens on loopback. */
export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<DynamoDbEngine> {
  const program = await dynamoDbProgram();
  const { dataFile } = options;
  if (dataFile !== undefined && !existsSync(dataFile)) await createDataFile(program, dataFile);
  return startOnFreePort(options, (port) => startOn(program, port, options));
}

/** Creates an empty data file in one step, so that an interrupted start leaves none. */
async function createDataFile(program: string, dataFile: string): Promise<void> {
  const unfinished = `${dataFile}.new`;
  await rm(unfinished, { force: true });
  const engine = await startOnFreePort({}, (port) =>
    startOn(program, port, { dataFile: unfinished }),
  );
  await engine.stop();
  await indexStreamRecords(unfinished);
  await rename(unfinished, dataFile);
}

async function startOn(
  program: string,
  port: number,
  options: DynamoDbOptions,
): Promise<DynamoDbEngine> {
  const file = options.dataFile === undefined ? [] : ["--db-path", options.dataFile];
  const child = await startChild(
    program,
    ["serve", "--host", "127.0.0.1", "--port", String(port), ...file],
    { log: options.log },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, "the DynamoDB engine", async () => {
    // The log line comes first, since another program may be the one that answers on this port.
    if (!child.output().includes("listening on")) return false;
    const response = await fetch(endpoint, { signal: AbortSignal.timeout(1_000) }).catch(
      () => null,
    );
    await response?.body?.cancel();
    return response?.status === 200;
  }).catch((error: unknown) => {
    if (child.output().includes("already in use")) throw new PortTakenError(port, { cause: error });
    throw error;
  });
  return {
    endpoint,
    port,
    pid: child.pid,
    exited: child.exited,
    stop: () => child.stop(),
    kill: () => child.kill(),
    [Symbol.asyncDispose]: () => child.stop(),
  };
}
