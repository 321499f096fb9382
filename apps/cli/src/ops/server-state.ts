import { CliError } from "@cruddur/command-line/cli-error";
import { readLocalStack } from "@cruddur/command-line/local-stack";
import { z } from "zod";
import type { CommandContext, CommonOptions } from "../command.ts";
import { countRequests, type ServerCounts } from "./metrics.ts";

const healthSchema = z.object({
  status: z.enum(["ok", "degraded", "down"]),
  parts: z.record(z.string(), z.enum(["up", "down"])),
});
export type Health = z.infer<typeof healthSchema>;

const TIMEOUT_MS = 5_000;

/** What `/healthz` of the local stack, or of the deployment's origin, answers. Throws CliError. */
export async function readHealth(
  { env, dataDir }: CommandContext,
  { prod }: CommonOptions,
): Promise<Health> {
  const origin = prod ? env.WEB_ORIGIN : readLocalStack(dataDir).url;
  if (!origin) throw new CliError("--prod needs WEB_ORIGIN to ask for the server's health");
  // A server that is down answers 503 with the same body.
  const answer = await get(new URL("/healthz", origin).href);
  return healthSchema.parse(await answer.json());
}

/** What the server of the local stack has counted. Throws CliError. */
export async function readServerCounts({ dataDir }: CommandContext): Promise<ServerCounts> {
  const { METRICS_URL } = readLocalStack(dataDir);
  if (METRICS_URL === undefined) throw new CliError("the server has logged no port of its metrics");
  return countRequests(await (await get(METRICS_URL)).text());
}

async function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
    throw new CliError(`can't reach ${url}`);
  });
}
