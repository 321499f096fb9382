import {
  type $Command,
  DynamoDBClient,
  type DynamoDBClientConfig,
  type DynamoDBClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-dynamodb";

/** What the access patterns need of a DynamoDB client. The SDK's own client is one, too. */
export interface MessagesTableClient {
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: TableCommand<Input, Output>,
  ): Promise<Output>;
  /** Closes the connections. */
  destroy(): void;
}

/** The credentials that variables hold; undefined where they are not both set. */
export function credentialsFrom(env: {
  AWS_ACCESS_KEY_ID?: string | undefined;
  AWS_SECRET_ACCESS_KEY?: string | undefined;
}): { accessKeyId: string; secretAccessKey: string } | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  return accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
}

/** A command of `@aws-sdk/client-dynamodb`. */
export type TableCommand<
  Input extends ServiceInputTypes,
  Output extends ServiceOutputTypes,
> = $Command<Input, Output, DynamoDBClientResolvedConfig>;

/**
 * Runs around every call of a client: it must call `call` once and return its result.
 * @param operation DynamoDB's name of it, such as `Query`
 */
export type OnCall = <Output extends ServiceOutputTypes>(
  operation: string,
  call: () => Promise<Output>,
) => Promise<Output>;

export interface TableClientOptions {
  /** Observes every call. The table is then asked what each call consumed: see `consumedUnits`. */
  onCall?: OnCall | undefined;
}

export interface DynamoDbClientOptions {
  /** Where the table is, when it isn't at AWS. */
  endpoint?: string | undefined;
  region?: string | undefined;
  credentials?: DynamoDBClientConfig["credentials"] | undefined;
  /** For tests that put faults between the client and the table. */
  requestHandler?: DynamoDBClientConfig["requestHandler"];
  /** How often a request is sent at most, the first time included. */
  maxAttempts?: number;
}

/**
 * The SDK's client with keep-alive connections, bounded attempts and timeouts. With an `endpoint`
 * and no credentials it signs with dummy ones, which local engines accept.
 */
export function createDynamoDbClient(options: DynamoDbClientOptions = {}): DynamoDBClient {
  const local = options.endpoint !== undefined;
  return new DynamoDBClient({
    region: options.region ?? (local ? "us-east-1" : undefined),
    ...(local ? { endpoint: options.endpoint } : {}),
    ...(options.credentials !== undefined
      ? { credentials: options.credentials }
      : local
        ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } }
        : {}),
    maxAttempts: options.maxAttempts ?? 4,
    requestHandler: options.requestHandler ?? {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: 256 },
      httpsAgent: { keepAlive: true, maxSockets: 256 },
    },
  });
}

/** The standard path to the table: every call is the SDK's. */
export function createStandardClient(
  sdk: DynamoDBClient,
  options: TableClientOptions = {},
): MessagesTableClient {
  return {
    send: withObserver((command) => sdk.send(command), options.onCall),
    destroy: () => sdk.destroy(),
  };
}

/** Puts an observer around a client's `send`. */
export function withObserver(
  send: MessagesTableClient["send"],
  onCall: OnCall | undefined,
): MessagesTableClient["send"] {
  if (onCall === undefined) return send;
  return (command) => {
    Object.assign(command.input, { ReturnConsumedCapacity: "TOTAL" });
    return onCall(operationOf(command), () => send(command));
  };
}

/** DynamoDB's name of a command's operation: a class's own name is whatever a bundler made of it. */
export function operationOf(command: object): string {
  const { schema } = command as { schema?: readonly unknown[] };
  return String(schema?.[2] ?? "unknown");
}

/** The capacity units that an observed call consumed, of the table and its indexes. */
export function consumedUnits(output: ServiceOutputTypes): number {
  const { ConsumedCapacity = [] } = output as { ConsumedCapacity?: Consumed | Consumed[] };
  return [ConsumedCapacity].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

interface Consumed {
  CapacityUnits?: number;
}
