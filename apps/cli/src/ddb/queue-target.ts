import { SQSClient } from "@aws-sdk/client-sqs";
import { CliError } from "@cruddur/command-line/cli-error";
import type { CommandContext, CommonOptions } from "../command.ts";
import { isAws } from "../endpoints.ts";

/**
 * Decides which queue of dead letters a command uses: `queue`, or with `--prod` the one that
 * DEAD_LETTER_QUEUE_URL names. Returns undefined when neither names one. Throws CliError.
 */
export function queueUrl(
  { env }: Pick<CommandContext, "env">,
  { prod = false, queue }: CommonOptions & { queue?: string | undefined },
): string | undefined {
  const url = queue ?? (prod ? env.DEAD_LETTER_QUEUE_URL : undefined);
  if (prod && !url) throw new CliError("--prod needs --queue or DEAD_LETTER_QUEUE_URL");
  if (!url) return undefined;
  if (!URL.canParse(url)) throw new CliError("--queue isn't a URL");
  // Dead letters that succeed are deleted, so queue and table must belong together.
  if (isAws(url) && !prod) throw new CliError("a queue at AWS needs --prod: its table is at AWS");
  if (!isAws(url) && prod) throw new CliError("--prod uses AWS, but the queue is elsewhere");
  return url;
}

/** Calls SQS for a queue. Throws CliError without a region. */
export async function withQueue<Result>(
  { env }: Pick<CommandContext, "env">,
  url: string,
  work: (client: SQSClient, region: string) => Promise<Result>,
): Promise<Result> {
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (!region) throw new CliError("--queue needs AWS_REGION");
  // The endpoint is explicit: AWS_ENDPOINT_URL, which is the table's, would otherwise redirect calls.
  const client = new SQSClient({ region, endpoint: new URL(url).origin });
  try {
    return await work(client, region);
  } finally {
    client.destroy();
  }
}
