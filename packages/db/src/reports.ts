import type { ReportReason } from "@cruddur/contract/users";
import { aliasedTable, and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { type ReportedMessage, reports, users } from "./schema.ts";
import { createSecurityEvents } from "./security-events.ts";

export interface NewReport {
  reporter_uuid: string;
  /** Whom the report is about. */
  user_uuid: string;
  message_group_uuid: string | null;
  message_uuid: string | null;
  reason: ReportReason;
  evidence: ReportedMessage[];
}

/** A report as operators read it. */
export interface Report extends Omit<NewReport, "reporter_uuid"> {
  uuid: string;
  /** Blank once the reporter's account is gone. */
  reporter_handle: string;
  handle: string;
  reported_at: Date;
  resolved_at: Date | null;
}

/** A report is deleted this long after it was resolved: its evidence is what somebody wrote to somebody. */
const KEPT_DAYS = 180;
const MAX_LISTED = 200;

export type Reports = ReturnType<typeof createReports>;

/** What people report about others. Errors are AppError `unavailable`. */
export function createReports(db: Db) {
  return {
    /** Stores a report and its audit event. Returns false where the same one is open already. */
    create(report: NewReport): Promise<boolean> {
      return withAppErrors(() =>
        db.transaction(async (tx) => {
          const rows = await tx
            .insert(reports)
            .values(report)
            .onConflictDoNothing()
            .returning({ uuid: reports.uuid });
          if (rows.length === 0) return false;
          const { reporter_uuid } = report;
          const event = { event: "report", outcome: "ok", user_uuid: reporter_uuid } as const;
          await createSecurityEvents(tx).append(event);
          return true;
        }),
      );
    },

    /** The oldest open reports first; with `all`, also those that are resolved. At most 200. */
    list({ all }: { all: boolean }): Promise<Report[]> {
      const reporters = aliasedTable(users, "reporters");
      return withAppErrors(() =>
        db
          .select({
            uuid: reports.uuid,
            reporter_handle: sql<string>`coalesce(${reporters.handle}::text, '')`,
            user_uuid: reports.user_uuid,
            handle: users.handle,
            message_group_uuid: reports.message_group_uuid,
            message_uuid: reports.message_uuid,
            reason: reports.reason,
            evidence: reports.evidence,
            reported_at: reports.reported_at,
            resolved_at: reports.resolved_at,
          })
          .from(reports)
          .innerJoin(users, eq(users.uuid, reports.user_uuid))
          .leftJoin(reporters, eq(reporters.uuid, reports.reporter_uuid))
          .where(all ? undefined : isNull(reports.resolved_at))
          .orderBy(reports.reported_at)
          .limit(MAX_LISTED),
      );
    },

    countOpen(): Promise<number> {
      return withAppErrors(() => db.$count(reports, isNull(reports.resolved_at)));
    },

    /** Resolves an open report, with an audit event of the person it is about. Returns false for any other. */
    resolve(uuid: string): Promise<boolean> {
      return withAppErrors(() =>
        db.transaction(async (tx) => {
          const [resolved] = await tx
            .update(reports)
            .set({ resolved_at: sql`now()` })
            .where(and(eq(reports.uuid, uuid), isNull(reports.resolved_at)))
            .returning({ user_uuid: reports.user_uuid });
          if (resolved === undefined) return false;
          const event = { event: "report_resolved", outcome: "ok", ...resolved } as const;
          await createSecurityEvents(tx).append(event);
          return true;
        }),
      );
    },

    /** Deletes what was resolved long ago. */
    async prune(): Promise<void> {
      const border = sql`now() - make_interval(days => ${KEPT_DAYS})`;
      await withAppErrors(() =>
        db
          .delete(reports)
          .where(and(isNotNull(reports.resolved_at), lt(reports.resolved_at, border))),
      );
    },
  };
}
