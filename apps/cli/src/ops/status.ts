import { createReports } from "@cruddur/db/reports";
import { createSecurityEvents, type SignInCounts } from "@cruddur/db/security-events";
import { type HotMessageGroup, listHotMessageGroups } from "@cruddur/ddb/list-hot-message-groups";
import type { CommandContext, CommonOptions } from "../command.ts";
import { withDatabase, withDb } from "../db/database-target.ts";
import { queueUrl } from "../ddb/queue-target.ts";
import { withTable } from "../ddb/table-target.ts";
import {
  countLocalDeadLetters,
  countQueuedDeadLetters,
  type DeadLetterCount,
} from "./dead-letter-count.ts";
import type { ServerCounts } from "./metrics.ts";
import { type Health, readHealth, readServerCounts } from "./server-state.ts";
import { readLocalLag } from "./stream-lag.ts";

/** The state of a stack. A part that could not be read is null, and `problems` says why. */
export interface Status {
  /** UTC, ISO 8601. */
  at: string;
  health: Health | null;
  /** null at AWS, where each task counts for itself: the dashboard adds them up. */
  server: ServerCounts | null;
  /** How far inboxes are behind, in seconds. null at AWS, where it is on the dashboard. */
  lag_seconds: number | null;
  dead_letters: DeadLetterCount | null;
  /** In the last `RECENT_MINUTES`. */
  sign_ins: SignInCounts | null;
  /** Reports of people that no operator has resolved. */
  open_reports: number | null;
  /** The conversations with the most messages in the last `RECENT_MINUTES`. */
  hot_conversations: HotMessageGroup[] | null;
  problems: string[];
}

export const RECENT_MINUTES = 10;
const HOT_CONVERSATIONS = 5;

/** Reads the state of the running local stack, or with `prod` of the deployment. */
export async function readStatus(
  context: CommandContext,
  options: Pick<CommonOptions, "prod">,
): Promise<Status> {
  const problems: string[] = [];
  const attempt = <Result>(what: string, read: () => Promise<Result>): Promise<Result | null> =>
    Promise.resolve()
      .then(read)
      .catch((error: Error) => {
        problems.push(`${what}: ${error.message.split("\n")[0]}`);
        return null;
      });
  const sinceMs = Date.now() - RECENT_MINUTES * 60_000;
  const { prod = false } = options;
  const [health, server, lag_seconds, dead_letters, sign_ins, open_reports, hot_conversations] =
    await Promise.all([
      attempt("health", () => readHealth(context, options)),
      prod ? null : attempt("metrics", () => readServerCounts(context)),
      prod
        ? null
        : attempt("lag", () => withTable(context, {}, (table) => readLocalLag(context, table))),
      attempt("dead letters", () => {
        const url = prod ? queueUrl(context, options) : undefined;
        return url === undefined
          ? countLocalDeadLetters(context)
          : countQueuedDeadLetters(context, url);
      }),
      attempt("sign-ins", () =>
        withDatabase(context, options, (target) =>
          withDb(target, (db) => createSecurityEvents(db).countSignIns(new Date(sinceMs))),
        ),
      ),
      attempt("reports", () =>
        withDatabase(context, options, (target) =>
          withDb(target, (db) => createReports(db).countOpen()),
        ),
      ),
      attempt("hot conversations", () =>
        withTable(context, options, (table) =>
          listHotMessageGroups(table, { sinceMs, limit: HOT_CONVERSATIONS }),
        ),
      ),
    ]);
  const at = new Date().toISOString();
  return {
    ...{ at, health, server, lag_seconds, dead_letters, sign_ins, open_reports },
    ...{ hot_conversations, problems },
  };
}
