import { existsSync } from "node:fs";
import { get } from "node:http";
import { type Child, startChild, waitUntilReady } from "./child.ts";
import { createDataFile } from "./dynamodb-file.ts";
import { startDynamoDbFront } from "./dynamodb-front.ts";
import { dynamoDbProgram } from "./dynamodb-program.ts";
import { findHiddenAddress, type LoopbackAddress } from "./hidden-address.ts";
import { type PortOptions, PortTakenError, startOnFreePort } from "./ports.ts";
import type { EngineCredentials } from "./request-guard.ts";

export interface DynamoDbOptions extends PortOptions {
  /** SQLite file that holds the tables; without it they live in memory. */
  dataFile?: string;
  /**
   * Who may use the engine; web pages never may. Without them the engine accepts any credentials and
   * allows every web page to read its answers: only for the short-lived engine of a test.
   */
  credentials?: EngineCredentials | undefined;
  log?: (line: string) => void;
}

export interface DynamoDbEngine extends AsyncDisposable {
  /** For `AWS_ENDPOINT_URL`. Any region is accepted. */
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
  const { credentials, dataFile } = options;
  if (dataFile !== undefined && !existsSync(dataFile)) {
    await createDataFile(dataFile, async (path) => {
      return (await startHidden(program, { dataFile: path })).child;
    });
  }
  if (credentials !== undefined) return startGuarded(program, { ...options, credentials });
  const { child, port } = await startOnFreePort(options, (port) =>
    startOn(program, { host: "127.0.0.1", port }, options),
  );
  return describeEngine(child, port, child.exited);
}

/** Starts the engine where no web page reaches it, and what checks every connection in front of it. */
async function startGuarded(
  program: string,
  options: DynamoDbOptions & { credentials: EngineCredentials },
): Promise<DynamoDbEngine> {
  const { child, host, port } = await startHidden(program, options);
  try {
    const target = { host, port };
    const front = await startOnFreePort(options, (port) =>
      startDynamoDbFront({ port, credentials: options.credentials, target }),
    );
    // Without its engine the port must refuse connections, as an engine's own does.
    return describeEngine(
      child,
      front.port,
      child.exited.then(() => front.stop()),
    );
  } catch (error) {
    await child.stop();
    throw error;
  }
}

async function startHidden(program: string, options: DynamoDbOptions, attempts = 5) {
  try {
    return await startOn(program, await findHiddenAddress(), options);
  } catch (error) {
    // Another program took the address after we looked.
    if (!(error instanceof PortTakenError) || attempts === 1) throw error;
    return startHidden(program, options, attempts - 1);
  }
}

function describeEngine(child: Child, port: number, exited: Promise<unknown>): DynamoDbEngine {
  const end = async (ending: Promise<void>) => {
    await ending;
    await exited;
  };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid,
    exited,
    stop: () => end(child.stop()),
    kill: () => end(child.kill()),
    [Symbol.asyncDispose]: () => end(child.stop()),
  };
}

async function startOn(program: string, address: LoopbackAddress, options: DynamoDbOptions) {
  const { host, port } = address;
  const file = options.dataFile === undefined ? [] : ["--db-path", options.dataFile];
  const child = await startChild(
    program,
    ["serve", "--host", host, "--port", String(port), ...file],
    { log: options.log },
  );
  await waitUntilReady(child, "the DynamoDB engine", async () => {
    // The log line comes first, since another program may be the one that answers on this port.
    return child.output().includes("listening on") && (await answersOk(address));
  }).catch((error: unknown) => {
    const isTaken = /already in use|address in use/i.test(child.output());
    throw isTaken ? new PortTakenError(port, { cause: error }) : error;
  });
  return { child, host, port };
}

/** Not `fetch`, which refuses the ports that browsers refuse. */
function answersOk({ host, port }: LoopbackAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host, port, agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy()).on("error", () => resolve(false));
  });
}
