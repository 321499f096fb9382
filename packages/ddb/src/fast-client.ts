import type { IncomingHttpHeaders } from "node:http";
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { type Dispatcher, Pool } from "undici";
import { createRequestSigner } from "./sign-request.ts";

/** The operations of the server's requests; all others are the SDK's alone. */
const OPERATIONS = new Map<unknown, string>([
  [BatchGetItemCommand, "BatchGetItem"],
  [GetItemCommand, "GetItem"],
  [PutItemCommand, "PutItem"],
  [QueryCommand, "Query"],
  [TransactWriteItemsCommand, "TransactWriteItems"],
  [UpdateItemCommand, "UpdateItem"],
]);

/** Binary values are base64 on the wire and bytes in the SDK: the only difference between the two. */
const SENDS_BINARY = /"BS?":[[{]/;
const HOLDS_BINARY = /"BS?":["[]/;

/** The parts of a command's and a client's inside that hand an answer back to the SDK. */
interface SdkProtocol {
  deserializeResponse(schema: unknown, context: unknown, response: unknown): Promise<object>;
}

type Send = (command: { input: unknown; schema?: unknown }, ...rest: unknown[]) => Promise<unknown>;

interface Connection {
  origin: string;
  pool: Pool;
  sign: ReturnType<typeof createRequestSigner>;
}

/**
 * Gives a client a short way for what it does most: DynamoDB's JSON is what the SDK's attribute
 * values look like already, so a call is one signed request on a kept connection (ADR 16).
 *
 * Everything out of the ordinary stays with the SDK: the first call (which shows where the endpoint
 * is), options and callbacks, other operations, binary values, retries, clock skew. Its own code
 * also reads every error answer, so errors are the same classes with the same members.
 * @param client used from here on for both ways; `destroy()` closes both
 * @returns the same client
 */
export function withFastPath(
  client: DynamoDBClient,
  options: { connectTimeoutMs?: number; requestTimeoutMs?: number; connections?: number } = {},
): DynamoDBClient {
  const { connectTimeoutMs = 1_000, requestTimeoutMs = 3_000, connections = 256 } = options;
  const plain = client.send.bind(client) as unknown as Send;
  let connection: Connection | undefined;

  const learnEndpoint = async (request: unknown): Promise<void> => {
    const { protocol, hostname, port, path } = request as Record<
      string,
      string | number | undefined
    >;
    const origin = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
    if (connection?.origin === origin || path !== "/") return;
    const previous = connection;
    connection = {
      origin,
      pool: new Pool(origin, {
        connections,
        connect: { timeout: connectTimeoutMs },
        headersTimeout: requestTimeoutMs,
        bodyTimeout: requestTimeoutMs,
      }),
      sign: createRequestSigner({
        host: new URL(origin).host,
        region: await client.config.region(),
      }),
    };
    await previous?.pool.close();
  };
  client.middlewareStack.add(
    (next) => async (args) => {
      await learnEndpoint(args.request);
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "learnEndpoint" },
  );

  const send: Send = async (command, ...rest) => {
    const operation = OPERATIONS.get(command.constructor);
    if (operation === undefined || connection === undefined || rest.length > 0) {
      return plain(command, ...rest);
    }
    const body = JSON.stringify(command.input);
    if (SENDS_BINARY.test(body)) return plain(command);
    const answer = await ask(connection, operation, body).catch(() => null);
    if (answer === null || answer.status >= 500) return plain(command);
    if (answer.status === 200 && !HOLDS_BINARY.test(answer.text)) {
      const output = parse(answer.text);
      return output === null ? plain(command) : withMetadata(output, answer.headers);
    }
    try {
      return withMetadata(await readWithSdk(command.schema, answer), answer.headers);
    } catch (error) {
      if (isRetryable(error)) return plain(command);
      throw error;
    }
  };

  const ask = async ({ pool, sign }: Connection, operation: string, body: string) => {
    const credentials = await client.config.credentials();
    return exchange(pool, sign(credentials, `DynamoDB_20120810.${operation}`, body), body);
  };

  const readWithSdk = (schema: unknown, answer: Answer) => {
    const [, namespace, name, traits, input, output] = schema as unknown[];
    const protocol = (client.config as unknown as { protocol: SdkProtocol }).protocol;
    return protocol.deserializeResponse({ namespace, name, traits, input, output }, client.config, {
      statusCode: answer.status,
      headers: answer.headers,
      body: new TextEncoder().encode(answer.text),
    });
  };

  const destroy = client.destroy.bind(client);
  return Object.assign(client, {
    send,
    destroy: () => {
      void connection?.pool.destroy();
      destroy();
    },
  }) as unknown as DynamoDBClient;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** One `POST /`. By `dispatch`, since `request` makes a stream of an answer that is read at once. */
function exchange(pool: Pool, headers: Record<string, string>, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const answer: Answer = { status: 0, headers: {}, text: "" };
    const handler: Dispatcher.DispatchHandler = {
      // Its presence alone tells undici which kind of handler this is.
      onRequestStart() {},
      onResponseStart(_controller, status, responseHeaders) {
        answer.status = status;
        answer.headers = responseHeaders;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        answer.text = Buffer.concat(chunks).toString();
        resolve(answer);
      },
      onResponseError(_controller, error) {
        reject(error);
      },
    };
    pool.dispatch({ method: "POST", path: "/", headers, body }, handler);
  });
}

function withMetadata(output: object, headers: Record<string, unknown>): object {
  const requestId = headers["x-amzn-requestid"];
  return Object.assign(output, {
    $metadata: { httpStatusCode: 200, requestId, attempts: 1, totalRetryDelay: 0 },
  });
}

function parse(text: string): object | null {
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}

const RETRYABLE =
  /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|TransactionInProgress|RequestTimeTooSkewed|InvalidSignature|RequestExpired|ExpiredToken|UnrecognizedClient/;

/** What the SDK tries again, or mends by a new clock or new credentials. */
function isRetryable(error: unknown): boolean {
  return error instanceof Error && RETRYABLE.test(error.name);
}
