import { describeBadVariables } from "@cruddur/contract/env";
import { DEFAULT_PUSH_SERVICES, pushServices } from "@cruddur/contract/push";
import { TABLE_NAME } from "@cruddur/ddb/table";
import { z } from "zod";

const text = z.string().min(1);
const arn = z.string().regex(/^arn:[\w-]+:secretsmanager:/, "must be the ARN of a secret");

/** Every variable the function reads; docs/operations/configure.md's table is generated from this. */
export const configSchema = z.object({
  AWS_REGION: text.describe("Region of the table; Lambda sets it."),
  MESSAGES_TABLE: text.default(TABLE_NAME).describe("Name of the DynamoDB table."),
  DATABASE_SECRET_ARN: arn.describe("Secret with Postgres's host, port and database name."),
  DATABASE_LOGIN_SECRET_ARN: arn.describe("Secret with the user name and password for Postgres."),
  VAPID_SECRET_ARN: arn.describe(
    "Secret with the keys of Web Push, as JSON: `VAPID_PUBLIC_KEY` and `VAPID_PRIVATE_KEY`.",
  ),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(mailto:|https:\/\/)\S+$/, "must begin with mailto: or https://")
    .describe(
      "Whom push services may write to about these pushes: a `mailto:` or `https:` address.",
    ),
  PUSH_SERVICES: pushServices
    .default(pushServices.parse(DEFAULT_PUSH_SERVICES))
    .describe("Hosts of push services that may be called; the same as on the server."),
});

/** Reads the environment as a whole; throws one Error that names every problem. */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const result = configSchema.safeParse(env);
  if (result.success) return result.data;
  throw new Error(describeBadVariables(result.error));
}
