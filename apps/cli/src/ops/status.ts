import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { CliError } from "@cruddur/command-line/cli-error";
import { type LocalStack, readLocalStack } from "@cruddur/command-line/local-stack";
import { DEAD_LETTERS_FILE, type DeadLetter, parseDeadLetter } from "@cruddur/ddb/dead-letters";
import { type HotMessageGroup, listHotMessageGroups } from "@cruddur/ddb/list-hot-message-groups";
import { z } from "zod";
import type { CommandContext } from "../command.ts";
import { withTable } from "../ddb/table-target.ts";
import { countRequests, type ServerCounts } from "./metrics.ts";
import { readLocalLag } from "./stream-lag.ts";

/** The state of a local stack. A part that could not be read is null, and `problems` says why. */
export interface Status {
  /** UTC, ISO 8601. */
  at: string;
  health: Health | null;
  server: ServerCounts | null;
  /** How far inboxes are behind, in seconds. */
  lag_seconds: number | null;
  dead_letters: { count: number; newest: DeadLetter | null } | null;
  /** The conversations with the most messages in the last `HOT_MINUTES`. */
  hot_conversations: HotMessageGroup[] | null;
  problems: string[];
}

const healthSchema = z.object({
  status: z.enum(["ok", "degraded", "down"]),
  parts: z.record(z.string(), z.enum(["up", "down"])),
});
export type Health = z.infer<typeof healthSchema>;

export const HOT_MINUTES = 10;
const HOT_CONVERSATIONS = 5;
const TIMEOUT_MS = 5_000;

/** Reads the state of the running local stack. Throws CliError when there is none. */
export async function readStatus(context: CommandContext): Promise<Status> {
  const stack = readLocalStack(context.dataDir);
  const problems: string[] = [];
  const attempt = <Result>(what: string, read: () => Promise<Result>): Promise<Result | null> =>
    read().catch((error: Error) => {
      problems.push(`${what}: ${error.message.split("\n")[0]}`);
      return null;
    });
  const sinceMs = Date.now() - HOT_MINUTES * 60_000;
  const [health, server, lag_seconds, dead_letters, hot_conversations] = await Promise.all([
    attempt("health", () => readHealth(stack)),
    attempt("metrics", () => readServerCounts(stack)),
    attempt("lag", () => withTable(context, {}, (table) => readLocalLag(context, table))),
    attempt("dead letters", () => readDeadLetters(context)),
    attempt("hot conversations", () =>
      withTable(context, {}, (table) =>
        listHotMessageGroups(table, { sinceMs, limit: HOT_CONVERSATIONS }),
      ),
    ),
  ]);
  const at = new Date().toISOString();
  return { at, health, server, lag_seconds, dead_letters, hot_conversations, problems };
}

/** A server that is down answers 503 with the same body. */
async function readHealth({ url }: LocalStack): Promise<Health> {
  const answer = await get(`${url}/healthz`);
  return healthSchema.parse(await answer.json());
}

async function readServerCounts({ METRICS_URL }: LocalStack): Promise<ServerCounts> {
  if (METRICS_URL === undefined) throw new CliError("the server has logged no port of its metrics");
  return countRequests(await (await get(METRICS_URL)).text());
}

async function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
    throw new CliError(`can't reach ${url}`);
  });
}

/** The dead letters that wait, and those of a replay that runs or was interrupted. */
async function readDeadLetters({ dataDir }: CommandContext): Promise<Status["dead_letters"]> {
  const file = resolve(dataDir, DEAD_LETTERS_FILE);
  const texts = await Promise.all(
    [`${file}.replaying`, file].map((path) =>
      readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      }),
    ),
  );
  const lines = texts.join("").split("\n").filter(Boolean);
  return { count: lines.length, newest: parseDeadLetter(lines.at(-1) ?? "") };
}
