import { and, asc, eq, gt } from "drizzle-orm";
import type { Db } from "./client.ts";
import { withAppErrors } from "./errors.ts";
import {
  avatars,
  emailChanges,
  erasures,
  keptHandles,
  passkeys,
  pushSubscriptions,
  reports,
  securityEvents,
  sessions,
  users,
} from "./schema.ts";

const EVENTS_PER_PAGE = 500;

type Row<Type extends string, Fields> = { type: Type } & Fields;

/** What Postgres keeps about a person besides their profile and settings, one record for each row. */
export type OwnRecord =
  | Row<"avatar", { created_at: Date; jpeg_base64: string }>
  | Row<"earlier_handle", { handle: string | null; until: Date }>
  | Row<"email_change", { email: string; expires_at: Date }>
  | Row<"session", { device: string; address: string; signed_in_at: Date; last_used_at: Date }>
  | Row<"passkey", { device: string; created_at: Date; last_used_at: Date | null }>
  | Row<"push_subscription", { endpoint: string; subscribed_at: Date }>
  | Row<
      "report",
      {
        uuid: string;
        about: { uuid: string; handle: string; display_name: string };
        message_group_uuid: string | null;
        message_uuid: string | null;
        reason: string;
        reported_at: Date;
        resolved_at: Date | null;
      }
    >
  | Row<"erasure", { requested_at: Date; due_at: Date }>
  | Row<
      "security_event",
      { at: Date; event: string; outcome: string; address: string | null; device: string | null }
    >;

export type OwnRecords = ReturnType<typeof createOwnRecords>;

/** What Postgres keeps about people, for them to take along. Errors are AppError `unavailable`. */
export function createOwnRecords(db: Db) {
  return {
    /** Everything about one person, kind by kind, the oldest first. Reads a page at a time. */
    async *list(user_uuid: string): AsyncGenerator<OwnRecord, void> {
      for (const [type, read] of Object.entries(READERS)) {
        const rows = await withAppErrors<object[]>(() => read(db, user_uuid));
        for (const row of rows) yield { type, ...row } as OwnRecord;
      }
      for (let after = 0, isLast = false; !isLast; ) {
        const page = await withAppErrors(() => readEvents(db, user_uuid, after));
        for (const { id, ...event } of page) {
          yield { type: "security_event", ...event };
          after = id;
        }
        isLast = page.length < EVENTS_PER_PAGE;
      }
    },
  };
}

const READERS: Readonly<Record<string, (db: Db, user_uuid: string) => Promise<object[]>>> = {
  avatar: async (db, user_uuid) => {
    const rows = await db
      .select({ created_at: avatars.created_at, image: avatars.image })
      .from(avatars)
      .where(eq(avatars.user_uuid, user_uuid));
    return rows.map(({ created_at, image }) => ({
      created_at,
      jpeg_base64: image.toString("base64"),
    }));
  },
  earlier_handle: (db, user_uuid) =>
    db
      .select({ handle: keptHandles.handle, until: keptHandles.until })
      .from(keptHandles)
      .where(eq(keptHandles.user_uuid, user_uuid))
      .orderBy(asc(keptHandles.until)),
  email_change: (db, user_uuid) =>
    db
      .select({ email: emailChanges.email, expires_at: emailChanges.expires_at })
      .from(emailChanges)
      .where(eq(emailChanges.user_uuid, user_uuid)),
  session: (db, user_uuid) => {
    const { device, address, signed_in_at, last_used_at } = sessions;
    return db
      .select({ device, address, signed_in_at, last_used_at })
      .from(sessions)
      .where(eq(sessions.user_uuid, user_uuid))
      .orderBy(asc(signed_in_at));
  },
  passkey: (db, user_uuid) => {
    const { device, created_at, last_used_at } = passkeys;
    return db
      .select({ device, created_at, last_used_at })
      .from(passkeys)
      .where(eq(passkeys.user_uuid, user_uuid))
      .orderBy(asc(created_at));
  },
  push_subscription: (db, user_uuid) => {
    const { endpoint, subscribed_at } = pushSubscriptions;
    return db
      .select({ endpoint, subscribed_at })
      .from(pushSubscriptions)
      .where(eq(pushSubscriptions.user_uuid, user_uuid))
      .orderBy(asc(subscribed_at));
  },
  report: (db, user_uuid) => {
    const { uuid, message_group_uuid, message_uuid, reason, reported_at, resolved_at } = reports;
    const about = { uuid: users.uuid, handle: users.handle, display_name: users.display_name };
    return db
      .select({ uuid, about, message_group_uuid, message_uuid, reason, reported_at, resolved_at })
      .from(reports)
      .innerJoin(users, eq(users.uuid, reports.user_uuid))
      .where(eq(reports.reporter_uuid, user_uuid))
      .orderBy(asc(reported_at));
  },
  erasure: (db, user_uuid) =>
    db
      .select({ requested_at: erasures.requested_at, due_at: erasures.due_at })
      .from(erasures)
      .where(eq(erasures.user_uuid, user_uuid)),
};

function readEvents(db: Db, user_uuid: string, after: number) {
  const { id, at, event, outcome, address, device } = securityEvents;
  return db
    .select({ id, at, event, outcome, address, device })
    .from(securityEvents)
    .where(and(eq(securityEvents.user_uuid, user_uuid), gt(id, after)))
    .orderBy(asc(id))
    .limit(EVENTS_PER_PAGE);
}
