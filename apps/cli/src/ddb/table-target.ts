import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CliError } from "@cruddur/command-line/cli-error";
import { readLocalStack } from "@cruddur/command-line/local-stack";
import { note } from "@cruddur/command-line/output";
import { AppError } from "@cruddur/contract/errors";
import type { Table } from "@cruddur/ddb/access-pattern";
import type { CorruptItem } from "@cruddur/ddb/attributes";
import { createDynamoDbClient, credentialsFrom } from "@cruddur/ddb/client";
import { TABLE_NAME } from "@cruddur/ddb/table";
import type { CommandContext, CommonOptions } from "../command.ts";
import { isLoopback, refuseOtherEndpoints } from "../endpoints.ts";

export interface TableTarget extends Table {
  client: DynamoDBClient;
  /** undefined at AWS. */
  endpoint: string | undefined;
  /** Where the table is, for messages. */
  address: string;
  /** True with `--prod` and for every endpoint on another machine: destructive commands ask first. */
  isProduction: boolean;
}

/** Runs a command on its table. Throws CliError, which says what the operator can do about a failure. */
export async function withTable<Result>(
  context: CommandContext,
  options: CommonOptions,
  work: (target: TableTarget) => Promise<Result>,
): Promise<Result> {
  const { env, dataDir } = context;
  // The SDK reads these variables by itself when it is given no endpoint.
  refuseOtherEndpoints(context, options, "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL");
  // The endpoint and the credentials come from one place, so that neither is used for another table.
  const source = options.prod || env.AWS_ENDPOINT_URL ? env : readLocalStack(dataDir);
  const endpoint = options.prod ? undefined : source.AWS_ENDPOINT_URL;
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    throw new CliError("AWS_ENDPOINT_URL isn't a URL");
  }
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (endpoint === undefined && !region) throw new CliError("--prod needs AWS_REGION");
  const client = createDynamoDbClient({
    endpoint,
    region,
    ...(endpoint !== undefined && { credentials: credentialsFrom(source) }),
  });
  const calls = recordFailedCalls(client);
  const target = {
    client,
    tableName: env.MESSAGES_TABLE || TABLE_NAME,
    onCorruptItem: ({ pk, sk, problem }: CorruptItem) => note(`can't read ${pk} ${sk}: ${problem}`),
    endpoint,
    address: endpoint ?? `AWS ${region}`,
    isProduction: endpoint === undefined || !isLoopback(new URL(endpoint).hostname),
  };
  try {
    return await work(target);
  } catch (error) {
    throw explain(error, target, calls.failed);
  } finally {
    client.destroy();
  }
}

/** Remembers the operation of the last call that failed, so that an error can name it. */
function recordFailedCalls(client: ReturnType<typeof createDynamoDbClient>): { failed?: string } {
  const calls: { failed?: string } = {};
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        next(args).catch((error: unknown) => {
          calls.failed = commandName?.replace(/Command$/, "");
          throw error;
        }),
    { step: "initialize", name: "recordFailedCalls" },
  );
  return calls;
}

function explain(
  error: unknown,
  { tableName, address }: TableTarget,
  operation = "a call",
): unknown {
  const cause = error instanceof AppError && error.cause instanceof Error ? error.cause : error;
  const { name, code } = cause as { name?: string; code?: string };
  if (name === "ResourceNotFoundException") {
    return new CliError(
      `there is no table ${tableName} at ${address}: run \`pnpm ddb schema-load\``,
    );
  }
  if (name === "CredentialsProviderError") return new CliError("no AWS credentials found");
  if (code === "ECONNREFUSED" || (error instanceof AppError && error.code === "unavailable")) {
    return new CliError(
      `can't reach DynamoDB at ${address}: ${operation} failed (${code ?? name})`,
    );
  }
  // Errors of the service itself, among them those that an engine answers without any words.
  if (typeof cause === "object" && cause !== null && "$metadata" in cause) {
    const { message = "" } = cause as { message?: string };
    return new CliError(
      `${operation} failed at DynamoDB at ${address}: ${message || name} (${name})`,
    );
  }
  return error;
}
