import type { IncomingHttpHeaders } from "node:http";
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type ServiceInputTypes,
  type ServiceOutputTypes,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { Pool } from "undici";
import {
  type MessagesTableClient,
  type TableClientOptions,
  type TableCommand,
  withObserver,
} from "./client.ts";
import { type HttpResponse, postOnce } from "./post-once.ts";
import { createRequestSigner } from "./sign-request.ts";

/** The operations of people's requests. All others take the standard path. */
const OPERATIONS = new Map<unknown, string>([
  [BatchGetItemCommand, "BatchGetItem"],
  [GetItemCommand, "GetItem"],
  [PutItemCommand, "PutItem"],
  [QueryCommand, "Query"],
  [TransactWriteItemsCommand, "TransactWriteItems"],
  [UpdateItemCommand, "UpdateItem"],
]);

/** Binary values are base64 on the wire and bytes in the SDK: the only values that differ. */
const SENDS_BINARY = /"BS?":[[{]/;
const HOLDS_BINARY = /"BS?":["[]/;

/** What the SDK tries again, or mends with a corrected clock or new credentials. */
const RETRYABLE =
  /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|TransactionInProgress|RequestTimeTooSkewed|InvalidSignature|RequestExpired|ExpiredToken|UnrecognizedClient/;

/** The part of the SDK that makes an output or an error of an HTTP response. */
interface SdkProtocol {
  deserializeResponse(schema: unknown, context: unknown, response: unknown): Promise<object>;
}

export interface FastPathOptions extends TableClientOptions {
  connectTimeoutMs?: number;
  requestTimeoutMs?: number;
  connections?: number;
}

interface Connection {
  origin: string;
  pool: Pool;
  sign: ReturnType<typeof createRequestSigner>;
}

/**
 * The fast path to the table: DynamoDB's JSON already has the form of the SDK's attribute values,
 * so a call is one signed request on a kept connection.
 *
 * The standard path takes everything else: the first call, which shows where the endpoint is, other
 * operations, binary values, retries, clock skew. The SDK's own code also reads every error response,
 * so errors are of the same classes with the same members.
 * @param sdk the standard path; closed together with the fast path by `destroy()`
 */
export function createFastPathClient(
  sdk: DynamoDBClient,
  options: FastPathOptions = {},
): MessagesTableClient {
  let connection: Connection | undefined;

  sdk.middlewareStack.add(
    (next) => async (args) => {
      const origin = originOf(args.request);
      if (origin !== null && origin !== connection?.origin) {
        const previous = connection;
        connection = await connect(sdk, origin, options);
        await previous?.pool.close();
      }
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "learnEndpoint" },
  );

  const send = async <Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: TableCommand<Input, Output>,
  ): Promise<Output> => {
    const operation = OPERATIONS.get(command.constructor);
    if (operation === undefined || connection === undefined) return sdk.send(command);
    const body = JSON.stringify(command.input);
    if (SENDS_BINARY.test(body)) return sdk.send(command);
    const response = await ask(connection, operation, body).catch(() => null);
    if (response === null || response.status >= 500) return sdk.send(command);
    if (response.status === 200 && !HOLDS_BINARY.test(response.text)) {
      const output = parseJson(response.text);
      if (output === null) return sdk.send(command);
      return withMetadata(output, response) as Output;
    }
    try {
      return withMetadata(await readWithSdk(sdk, command, response), response) as Output;
    } catch (error) {
      if (isRetryable(error)) return sdk.send(command);
      throw error;
    }
  };

  const ask = async ({ pool, sign }: Connection, operation: string, body: string) => {
    const credentials = await sdk.config.credentials();
    return postOnce(pool, sign(credentials, `DynamoDB_20120810.${operation}`, body), body);
  };

  return {
    send: withObserver(send, options.onCall),
    destroy() {
      void connection?.pool.destroy();
      sdk.destroy();
    },
  };
}

/** Where the SDK sends a request; null when that isn't to a bare origin. */
function originOf(request: unknown): string | null {
  const { protocol, hostname, port, path } = request as Record<string, string | number | undefined>;
  if (path !== "/") return null;
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`;
}

async function connect(
  sdk: DynamoDBClient,
  origin: string,
  { connectTimeoutMs = 1_000, requestTimeoutMs = 3_000, connections = 256 }: FastPathOptions,
): Promise<Connection> {
  return {
    origin,
    pool: new Pool(origin, {
      connections,
      connect: { timeout: connectTimeoutMs },
      headersTimeout: requestTimeoutMs,
      bodyTimeout: requestTimeoutMs,
    }),
    sign: createRequestSigner({ host: new URL(origin).host, region: await sdk.config.region() }),
  };
}

function readWithSdk(
  sdk: DynamoDBClient,
  command: object,
  response: HttpResponse,
): Promise<object> {
  const { schema } = command as { schema: readonly unknown[] };
  const [, namespace, name, traits, input, output] = schema;
  const { protocol } = sdk.config as unknown as { protocol: SdkProtocol };
  return protocol.deserializeResponse({ namespace, name, traits, input, output }, sdk.config, {
    statusCode: response.status,
    headers: response.headers,
    body: new TextEncoder().encode(response.text),
  });
}

function withMetadata(output: object, { headers }: { headers: IncomingHttpHeaders }): object {
  const requestId = headers["x-amzn-requestid"];
  return Object.assign(output, {
    $metadata: { httpStatusCode: 200, requestId, attempts: 1, totalRetryDelay: 0 },
  });
}

function parseJson(text: string): object | null {
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && RETRYABLE.test(error.name);
}
