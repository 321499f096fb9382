import { TABLE_NAME } from "@cruddur/ddb/table";
import * as v from "valibot";

const text = v.pipe(v.string(), v.nonEmpty());
const url = v.pipe(v.string(), v.url());

/** Every variable the function reads, in the order of docs/operations.md, which a test holds to it. */
export const configSchema = v.object({
  /** Set by Lambda. */
  AWS_REGION: text,
  /** Only to run the function against another endpoint than AWS. */
  AWS_ENDPOINT_URL: v.optional(url),
  MESSAGES_TABLE: v.optional(text, TABLE_NAME),
  /** SQS queue for records that can't be projected. */
  DEAD_LETTER_QUEUE_URL: url,
  /** Where traces go (OTLP over HTTP). */
  OTEL_EXPORTER_OTLP_ENDPOINT: v.optional(url),
  OTEL_SERVICE_NAME: v.optional(text, "cruddur-messaging-stream"),
});
export type Config = v.InferOutput<typeof configSchema>;

/** Reads the environment as a whole; throws one Error that names every problem. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const result = v.safeParse(configSchema, env);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`bad configuration: ${problems.join("; ")}`);
}
