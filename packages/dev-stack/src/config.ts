import { CliError } from "@cruddur/core/cli";
import { z } from "zod";

/** Value of AWS_ENDPOINT_URL that means AWS itself rather than a local engine. */
export const AWS = "aws";

const port = z.coerce.number().int().min(0).max(65_535);
const url = z.url({ protocol: /^https?$/, error: "must be an http(s) URL" });

const schema = z
  .object({
    PORT: port.default(3000),
    HOST: z.string().default("127.0.0.1"),
    DATA_DIR: z.string().default(".data"),
    DEMO_PASSWORD: z
      .string()
      .min(8, "must have at least 8 characters")
      .max(256, "must have at most 256 characters")
      .default("crudders-unite"),
    WEB_ORIGIN: url.optional(),
    MESSAGES_TABLE: z.string().default("cruddur-messages"),
    AWS_ENDPOINT_URL: z.union([z.literal(AWS), url], "must be an http(s) URL, or aws").optional(),
    CONNECTION_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL")
      .optional(),
    AWS_COGNITO_USER_POOL_ID: z
      .string()
      .regex(/^[\w-]+_[0-9A-Za-z]+$/, "must look like us-east-1_AbC123")
      .optional(),
    AWS_COGNITO_CLIENT_ID: z.string().optional(),
    AWS_COGNITO_ENDPOINT_URL: url.optional(),
  })
  .refine(
    (config) =>
      (config.AWS_COGNITO_USER_POOL_ID === undefined) ===
      (config.AWS_COGNITO_CLIENT_ID === undefined),
    { path: ["AWS_COGNITO_CLIENT_ID"], error: "and AWS_COGNITO_USER_POOL_ID are set together" },
  );

export type StackConfig = z.infer<typeof schema>;
export type Env = Readonly<Record<string, string | undefined>>;

/** Checks all variables of the local stack. Throws one CliError, one line, that names every problem. */
export function readStackConfig(env: Env): StackConfig {
  // An empty variable is how compose files say "unset".
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new CliError(`bad configuration: ${problems.join("; ")}`);
}
