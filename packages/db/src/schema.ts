import type { FirstMessages, GroupAdditions, ReportReason } from "@cruddur/contract/users";
import { type SQLWrapper, sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";

/** Case-insensitive text. A `::text` cast loses that, so always compare the column itself. */
const citext = customType<{ data: string }>({ dataType: () => "citext" });

/** In SQL what `handleSkeleton` is in TypeScript; a test compares them. The index needs this spelling. */
export const skeletonOf = (handle: SQLWrapper) =>
  sql`lower(replace(translate(${handle}::text, 'I10', 'llo'), 'm', 'rn'))`;

const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

export const users = pgTable(
  "users",
  {
    uuid: uuid("uuid").primaryKey().defaultRandom(),
    display_name: text("display_name").notNull(),
    handle: citext("handle").notNull().unique("users_handle_unique"),
    email: citext("email").notNull().unique("users_email_unique"),
    /** The `sub` of the person's account in the user pool; null for a seeded person without an account. */
    cognito_user_id: text("cognito_user_id").unique("users_cognito_user_id_unique"),
    created_at: timestamp("created_at", { withTimezone: true, mode: "date" })
      .notNull()
      .defaultNow(),
    read_receipts: boolean("read_receipts").notNull().default(true),
    typing_indicators: boolean("typing_indicators").notNull().default(true),
    /** What becomes of a stranger's first message. */
    first_messages: text("first_messages").$type<FirstMessages>().notNull().default("inbox"),
    /** Who may add the person to groups. */
    group_additions: text("group_additions").$type<GroupAdditions>().notNull().default("everyone"),
    /** Whether the search for people finds the person. */
    searchable: boolean("searchable").notNull().default(true),
    mentions_break_mutes: boolean("mentions_break_mutes").notNull().default(true),
    /** Since when an operator keeps the person from signing in; null while nobody does. */
    suspended_at: timestamp("suspended_at", { withTimezone: true, mode: "date" }),
    /** All sessions that were signed in up to this moment have ended. */
    sessions_ended_at: timestamp("sessions_ended_at", { withTimezone: true, mode: "date" }),
    /** The `origin_jti` of the session that ended the others, and so goes on; null for none. */
    surviving_session: text("surviving_session"),
    /** The user name in the pool, which never changes; null while it is the handle. */
    pool_username: citext("pool_username"),
    handle_changed_at: timestamp("handle_changed_at", { withTimezone: true, mode: "date" }),
  },
  (table) => [
    // The migration leaves out people who already looked like an earlier one.
    uniqueIndex("users_handle_skeleton_unique").on(skeletonOf(table.handle)),
    index("users_handle_trgm").using("gin", sql`(${table.handle}::text) gin_trgm_ops`),
    index("users_display_name_trgm").using("gin", sql`${table.display_name} gin_trgm_ops`),
  ],
);

export type UserRow = typeof users.$inferSelect;

const moment = (name: string) =>
  timestamp(name, { withTimezone: true, mode: "date" }).notNull().defaultNow();

/** Sessions that ended one by one. A session is named by `origin_jti`, which all its tokens carry. */
export const endedSessions = pgTable("ended_sessions", {
  origin_jti: text("origin_jti").primaryKey(),
  user_uuid: uuid("user_uuid").notNull(),
  ended_at: moment("ended_at"),
});

const owner = () =>
  uuid("user_uuid")
    .notNull()
    .references(() => users.uuid, { onDelete: "cascade" });

/** People's pictures, apart from the rows that every request reads. */
export const avatars = pgTable(
  "avatars",
  {
    user_uuid: owner().primaryKey(),
    /** SHA-256 of the image in hex, which names it on the wire. */
    hash: text("hash").notNull(),
    /** A JPEG without metadata. */
    image: bytea("image").notNull(),
    created_at: moment("created_at"),
  },
  (table) => [index("avatars_hash").on(table.hash)],
);

/** Where people have signed in, for them to see. Whether a session has ended is known elsewhere. */
export const sessions = pgTable(
  "sessions",
  {
    origin_jti: text("origin_jti").primaryKey(),
    /** Names the session to its owner. */
    uuid: uuid("uuid").notNull().defaultRandom(),
    user_uuid: owner(),
    /** The browser or program, as it names itself. */
    device: text("device").notNull(),
    address: text("address").notNull(),
    signed_in_at: moment("signed_in_at"),
    last_used_at: moment("last_used_at"),
  },
  (table) => [index("sessions_user_uuid_last_used_at").on(table.user_uuid, table.last_used_at)],
);

/** Browsers that asked for pushes of new messages, each with the session that asked. */
export const pushSubscriptions = pgTable(
  "push_subscriptions",
  {
    /** The push service's address of the browser: whoever has it can send to it, encrypted. */
    endpoint: text("endpoint").primaryKey(),
    user_uuid: owner(),
    origin_jti: text("origin_jti").notNull(),
    /** The browser's keys (RFC 8291), base64url. */
    p256dh: text("p256dh").notNull(),
    auth: text("auth").notNull(),
    subscribed_at: moment("subscribed_at"),
  },
  (table) => [
    index("push_subscriptions_user_uuid").on(table.user_uuid, table.subscribed_at),
    index("push_subscriptions_origin_jti").on(table.origin_jti),
  ],
);

/** New email addresses that wait for their code; one for each person. */
export const emailChanges = pgTable("email_changes", {
  user_uuid: owner().primaryKey(),
  email: citext("email").notNull(),
  code_hash: text("code_hash").notNull(),
  tries: integer("tries").notNull().default(0),
  expires_at: timestamp("expires_at", { withTimezone: true, mode: "date" }).notNull(),
});

/** What signs a person in who has lost their second factor, as SHA-256. */
export const recoveryCodes = pgTable("recovery_codes", {
  user_uuid: owner().primaryKey(),
  code_hash: text("code_hash").notNull(),
});

/** The passkeys that may sign in. Their keys are in the user pool. */
export const passkeys = pgTable(
  "passkeys",
  {
    credential_id: text("credential_id").primaryKey(),
    /** Names the passkey to its owner. */
    uuid: uuid("uuid").notNull().defaultRandom(),
    user_uuid: owner(),
    /** The browser or program in which it was added, as it names itself. */
    device: text("device").notNull(),
    created_at: moment("created_at"),
    last_used_at: timestamp("last_used_at", { withTimezone: true, mode: "date" }),
  },
  (table) => [index("passkeys_user_uuid").on(table.user_uuid)],
);

/** Refresh tokens that were exchanged for their successors, as SHA-256: who sends one has a copy. */
export const spentRefreshTokens = pgTable("spent_refresh_tokens", {
  token_hash: text("token_hash").primaryKey(),
  origin_jti: text("origin_jti").notNull(),
  user_uuid: uuid("user_uuid").notNull(),
  spent_at: moment("spent_at"),
});

/** The audit log. Triggers refuse changes, and deletions within 400 days. */
export const securityEvents = pgTable(
  "security_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment("at"),
    event: text("event").notNull(),
    outcome: text("outcome").notNull(),
    user_uuid: uuid("user_uuid"),
    handle: citext("handle"),
    address: text("address"),
    device: text("device"),
  },
  (table) => [
    index("security_events_user_uuid_at").on(table.user_uuid, table.at),
    index("security_events_handle_at").on(table.handle, table.at),
  ],
);

/** A message as it was when somebody reported its sender. */
export interface ReportedMessage {
  uuid: string;
  created_at: string;
  message: string;
}

/** What people have reported about others, for operators. */
export const reports = pgTable(
  "reports",
  {
    uuid: uuid("uuid").primaryKey().defaultRandom(),
    /** null once the reporter's account is gone. */
    reporter_uuid: uuid("reporter_uuid").references(() => users.uuid, { onDelete: "set null" }),
    /** Whom the report is about. */
    user_uuid: owner(),
    message_group_uuid: uuid("message_group_uuid"),
    message_uuid: uuid("message_uuid"),
    reason: text("reason").$type<ReportReason>().notNull(),
    /** What the reported person wrote, the oldest message first. Nobody else's messages. */
    evidence: jsonb("evidence").$type<ReportedMessage[]>().notNull(),
    reported_at: moment("reported_at"),
    resolved_at: timestamp("resolved_at", { withTimezone: true, mode: "date" }),
  },
  (table) => [
    // A repeated report of the same message or person adds nothing while the first one is open.
    uniqueIndex("reports_open_unique")
      .on(
        table.reporter_uuid,
        table.user_uuid,
        sql`coalesce(${table.message_uuid}, ${table.user_uuid})`,
      )
      .where(sql`${table.resolved_at} is null`),
    index("reports_reported_at").on(table.reported_at),
  ],
);

/** Accounts that are to be erased, and those that were. One that has not started can be kept. */
export const erasures = pgTable(
  "erasures",
  {
    user_uuid: uuid("user_uuid").primaryKey(),
    requested_at: moment("requested_at"),
    due_at: timestamp("due_at", { withTimezone: true, mode: "date" }).notNull(),
    started_at: timestamp("started_at", { withTimezone: true, mode: "date" }),
    /** While it runs: what caches know the person by. */
    handle: citext("handle"),
    finished_at: timestamp("finished_at", { withTimezone: true, mode: "date" }),
  },
  (table) => [index("erasures_due_at").on(table.due_at).where(sql`${table.finished_at} is null`)],
);

/**
 * Handles that nobody else can take for some time: those that a person had before, which lead to the
 * person, and those of erased people, of which only the hash is left.
 */
export const keptHandles = pgTable(
  "kept_handles",
  {
    /** SHA-256 of the skeleton, in hex. */
    skeleton_hash: text("skeleton_hash").primaryKey(),
    handle: citext("handle").unique("kept_handles_handle_unique"),
    user_uuid: uuid("user_uuid").references(() => users.uuid),
    until: timestamp("until", { withTimezone: true, mode: "date" }).notNull(),
  },
  (table) => [index("kept_handles_user_uuid").on(table.user_uuid)],
);
