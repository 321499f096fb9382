import { and, desc, eq, gte, lt, or, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import { securityEvents } from "./schema.ts";
import { toLine } from "./to-line.ts";

/** What the audit log records. */
export type SecurityEventName =
  | "sign_up"
  | "sign_in"
  | "sign_out"
  | "sign_out_everywhere"
  | "password_reset"
  | "password_change"
  | "email_change_asked"
  | "email_change"
  | "second_factor_on"
  | "second_factor_off"
  | "recovery_code"
  | "passkey_add"
  | "passkey_remove"
  | "session_end"
  | "link"
  | "refresh_token_reuse"
  | "report"
  | "report_resolved"
  | "suspended"
  | "restored"
  | "export"
  | "erasure_asked"
  | "erasure_undone"
  | "erasure"
  | "handle_change";

export interface NewSecurityEvent {
  event: SecurityEventName;
  /** `ok`, or the code of the refusal. */
  outcome: string;
  user_uuid?: string | undefined;
  /** As it was typed: of a failure, it may be nobody's. */
  handle?: string | undefined;
  address?: string | undefined;
  /** The browser or program, as it names itself. */
  device?: string | undefined;
}

export type SecurityEvent = typeof securityEvents.$inferSelect;

/** The database refuses to delete younger events. */
export const SECURITY_EVENTS_KEPT_DAYS = 400;
/** How many of the newest events a count looks at, so that it costs the same however old the log is. */
const MAX_COUNTED = 10_000;

export interface SignInCounts {
  succeeded: number;
  refused: number;
}

export type SecurityEvents = ReturnType<typeof createSecurityEvents>;

/** The append-only audit log. Errors are AppError `unavailable`. */
export function createSecurityEvents(db: Db) {
  return {
    async append(event: NewSecurityEvent): Promise<void> {
      const { handle, device, ...rest } = event;
      const row = { ...rest, handle: handle && toLine(handle), device: device && toLine(device) };
      await withAppErrors(() => db.insert(securityEvents).values(row));
    },

    /** The newest events about a person, found by uuid or by handle, the newest first. */
    list(
      { user_uuid, handle }: { user_uuid: string | null; handle: string },
      limit: number,
    ): Promise<SecurityEvent[]> {
      const byHandle = eq(securityEvents.handle, handle);
      return withAppErrors(() =>
        db
          .select()
          .from(securityEvents)
          .where(
            user_uuid === null ? byHandle : or(byHandle, eq(securityEvents.user_uuid, user_uuid)),
          )
          .orderBy(desc(securityEvents.at), desc(securityEvents.id))
          .limit(limit),
      );
    },

    /** Sign-ins since a moment, among the newest 10,000 events. */
    async countSignIns(since: Date): Promise<SignInCounts> {
      const newest = db
        .select()
        .from(securityEvents)
        .orderBy(desc(securityEvents.id))
        .limit(MAX_COUNTED)
        .as("newest");
      const succeeded = sql<number>`count(*) filter (where ${newest.outcome} = 'ok')`;
      const [counts] = await withAppErrors(() =>
        db
          .select({ succeeded: succeeded.mapWith(Number), all: sql`count(*)`.mapWith(Number) })
          .from(newest)
          .where(and(eq(newest.event, "sign_in"), gte(newest.at, since))),
      );
      const { succeeded: ok = 0, all = 0 } = counts ?? {};
      return { succeeded: ok, refused: all - ok };
    },

    /** Deletes events that are older than the log is kept. */
    async prune(): Promise<void> {
      const border = sql`now() - make_interval(days => ${SECURITY_EVENTS_KEPT_DAYS})`;
      await withAppErrors(() => db.delete(securityEvents).where(lt(securityEvents.at, border)));
    },
  };
}
