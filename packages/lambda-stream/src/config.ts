import { TABLE_NAME } from "@cruddur/ddb/table";
import * as v from "valibot";

const configSchema = v.object({
  /** Set by Lambda. */
  AWS_REGION: v.pipe(v.string(), v.nonEmpty()),
  /** Only to run the function against another endpoint than AWS. */
  AWS_ENDPOINT_URL: v.optional(v.pipe(v.string(), v.url())),
  MESSAGES_TABLE: v.optional(v.pipe(v.string(), v.nonEmpty()), TABLE_NAME),
  /** SQS queue for records that can't be projected. */
  DEAD_LETTER_QUEUE_URL: v.pipe(v.string(), v.url()),
});
export type Config = v.InferOutput<typeof configSchema>;

/** Reads the environment as a whole; throws one Error that names every problem. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const result = v.safeParse(configSchema, env);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`);
  throw new Error(`bad configuration: ${problems.join("; ")}`);
}
