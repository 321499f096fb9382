import { TABLE_NAME } from "@cruddur/ddb/table";
import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty());
const url = v.pipe(v.string(), v.url());

/** Every variable the function reads; docs/operations/configure.md's table is generated from this. */
export const configSchema = v.object({
  AWS_REGION: v.pipe(text, v.description("Region of the table; Lambda sets it.")),
  AWS_ENDPOINT_URL: v.optional(
    v.pipe(url, v.description("Endpoint of all AWS services; tests only.")),
  ),
  MESSAGES_TABLE: v.optional(
    v.pipe(text, v.description("Name of the DynamoDB table.")),
    TABLE_NAME,
  ),
  DEAD_LETTER_QUEUE_URL: v.pipe(url, v.description("SQS queue for malformed stream records.")),
  OTEL_EXPORTER_OTLP_ENDPOINT: v.optional(
    v.pipe(url, v.description("Where traces go (OTLP over HTTP); unset turns tracing off.")),
  ),
  OTEL_SERVICE_NAME: v.optional(
    v.pipe(text, v.description("Service name on traces.")),
    "cruddur-messaging-stream",
  ),
});
export type Config = v.InferOutput<typeof configSchema>;

/** Reads the environment as a whole; throws one Error that names every problem. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const result = v.safeParse(configSchema, env);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`bad configuration: ${problems.join("; ")}`);
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** The role's credentials, which Lambda puts in the environment. Throws when there are none. */
export function readCredentials(env: NodeJS.ProcessEnv = process.env): Credentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error("no AWS credentials in the environment");
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
  };
}
