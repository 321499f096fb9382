import { CliError } from "@cruddur/command-line/cli-error";
import { describeBadVariables, port, httpUrl as url } from "@cruddur/contract/env";
import { z } from "zod";
import { isLoopback } from "./addresses.ts";

/** The value of AWS_ENDPOINT_URL that means AWS and not a local engine. */
export const AWS = "aws";

/** Published with the product, so it opens nothing that other machines can reach. */
export const KNOWN_DEMO_PASSWORD = "crudders-unite";

/** The variables of the local stack, from which docs/operations/configure.md is generated. */
export const stackConfigSchema = z
  .object({
    PORT: port.default(3000).describe("Port of the web app; 0 takes a free one."),
    HOST: z.string().default("127.0.0.1").describe("Address to listen on."),
    DATA_DIR: z.string().default(".data").describe("Folder of all data and logs."),
    DEMO_PASSWORD: z
      .string()
      .min(8, "must have at least 8 characters")
      .max(256, "must have at most 256 characters")
      .optional()
      .describe(
        `Password of the demo people, which every start sets again. Unset means \`${KNOWN_DEMO_PASSWORD}\`, or no demo people where other machines can connect to HOST.`,
      ),
    WEB_ORIGIN: url
      .optional()
      .describe(
        "Public origin; unset means http://HOST:PORT, with localhost for a loopback or all addresses.",
      ),
    MESSAGES_TABLE: z.string().default("cruddur-messages").describe("Name of the DynamoDB table."),
    AWS_ENDPOINT_URL: z
      .union([z.literal(AWS), url], "must be an http(s) URL, or aws")
      .optional()
      .describe(
        "DynamoDB endpoint to use instead of starting one; `aws` means AWS itself. Another engine needs transactions, streams, and failed conditions that return the item (in DynamoDB since June 2023).",
      ),
    CONNECTION_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must be a postgres:// URL")
      .optional()
      .describe("Postgres to use instead of starting one."),
    AWS_COGNITO_USER_POOL_ID: z
      .string()
      .regex(/^[\w-]+_[0-9A-Za-z]+$/, "must look like us-east-1_AbC123")
      .optional()
      .describe("User pool to use instead of the local one, which is only for a trusted machine."),
    AWS_COGNITO_CLIENT_ID: z
      .string()
      .optional()
      .describe("Client of that user pool; both are set together."),
    AWS_COGNITO_ENDPOINT_URL: url
      .optional()
      .describe("Endpoint of that user pool; unset means AWS."),
  })
  .refine(
    (config) =>
      (config.AWS_COGNITO_USER_POOL_ID === undefined) ===
      (config.AWS_COGNITO_CLIENT_ID === undefined),
    {
      path: ["AWS_COGNITO_CLIENT_ID"],
      error: "and AWS_COGNITO_USER_POOL_ID must be set together",
    },
  )
  .transform(({ DEMO_PASSWORD, ...config }) => ({
    ...config,
    /** Empty where there are to be no demo people. */
    DEMO_PASSWORD: DEMO_PASSWORD ?? (isLoopback(config.HOST) ? KNOWN_DEMO_PASSWORD : ""),
  }));

export type StackConfig = z.output<typeof stackConfigSchema>;
export type Env = Readonly<Record<string, string | undefined>>;

/** Reads the variables of the local stack. Throws a CliError of one line that names every problem. */
export function readStackConfig(env: Env): StackConfig {
  // A compose file can only set a variable to the empty text, not unset it.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = stackConfigSchema.safeParse(set);
  if (result.success) return result.data;
  throw new CliError(describeBadVariables(result.error));
}
