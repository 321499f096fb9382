import { CliError } from "@cruddur/command-line/cli-error";
import { isLoopback, refuseOtherEndpoints } from "@cruddur/command-line/endpoints";
import { readLocalStack } from "@cruddur/command-line/local-stack";
import { note } from "@cruddur/command-line/output";
import type { CommandContext, CommonOptions } from "@cruddur/command-line/program";
import { AppError } from "@cruddur/contract/errors";
import { createDynamoDbClient, type Table } from "../client.ts";
import type { CorruptItem } from "../items.ts";
import { TABLE_NAME } from "../table.ts";

export interface TableTarget extends Table {
  /** undefined at AWS. */
  endpoint: string | undefined;
  /** Where, for messages. */
  address: string;
  /** Destructive commands ask first: `--prod`, or any endpoint that isn't on this machine. */
  isProduction: boolean;
}

/** Runs a command against its table, and puts what went wrong in an operator's words. */
export async function withTable<Result>(
  context: CommandContext,
  options: CommonOptions,
  work: (target: TableTarget) => Promise<Result>,
): Promise<Result> {
  const { env, dataDir } = context;
  // The SDK reads these by itself where no endpoint is given to it.
  refuseOtherEndpoints(context, options, "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL");
  const endpoint = options.prod
    ? undefined
    : env.AWS_ENDPOINT_URL || readLocalStack(dataDir).AWS_ENDPOINT_URL;
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    throw new CliError("AWS_ENDPOINT_URL isn't a URL");
  }
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (endpoint === undefined && !region) throw new CliError("--prod needs AWS_REGION");
  const client = createDynamoDbClient({ endpoint, region });
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
    throw explain(error, target);
  } finally {
    client.destroy();
  }
}

function explain(error: unknown, { tableName, address }: TableTarget): unknown {
  const cause = error instanceof AppError && error.cause instanceof Error ? error.cause : error;
  const { name, code } = cause as { name?: string; code?: string };
  if (name === "ResourceNotFoundException") {
    return new CliError(
      `there is no table ${tableName} at ${address}: run \`pnpm ddb schema-load\``,
    );
  }
  if (name === "CredentialsProviderError") return new CliError("no AWS credentials found");
  if (code === "ECONNREFUSED" || (error instanceof AppError && error.code === "unavailable")) {
    return new CliError(`can't reach DynamoDB at ${address} (${code ?? name})`);
  }
  return error;
}
