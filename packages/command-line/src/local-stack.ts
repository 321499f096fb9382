import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { CliError } from "./cli-error.ts";

/** What `pnpm start` writes to `<DATA_DIR>/stack.json`, so that commands find the running local stack. */
const localStackSchema = z.object({
  pid: z.number(),
  url: z.string(),
  AWS_ENDPOINT_URL: z.string(),
  CONNECTION_URL: z.string(),
  AWS_COGNITO_ENDPOINT_URL: z.string(),
  AWS_COGNITO_USER_POOL_ID: z.string(),
  AWS_COGNITO_CLIENT_ID: z.string(),
  // Of the first server, once it has logged its port.
  METRICS_URL: z.string().optional(),
  // Only of the engines that the local stack itself runs. The file is its owner's alone.
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_COGNITO_CLIENT_SECRET: z.string().optional(),
  AWS_COGNITO_ACCESS_KEY_ID: z.string().optional(),
  AWS_COGNITO_SECRET_ACCESS_KEY: z.string().optional(),
  // Receives the mails to people.
  MAIL_FILE: z.string().optional(),
});
export type LocalStack = z.infer<typeof localStackSchema>;

/** Reads `<dataDir>/stack.json`. Throws CliError, with what to do, when no local stack was started. */
export function readLocalStack(dataDir: string): LocalStack {
  const file = resolve(dataDir, "stack.json");
  try {
    return localStackSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new CliError(
      `no local stack found (${file}): run \`pnpm start\` first, set the endpoint variables, or use --prod`,
    );
  }
}
