import { type SQLWrapper, sql } from "drizzle-orm";
import {
  boolean,
  customType,
  index,
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
  },
  (table) => [
    // The migration leaves out people who already looked like an earlier one.
    uniqueIndex("users_handle_skeleton_unique").on(skeletonOf(table.handle)),
    index("users_handle_trgm").using("gin", sql`(${table.handle}::text) gin_trgm_ops`),
    index("users_display_name_trgm").using("gin", sql`${table.display_name} gin_trgm_ops`),
  ],
);

export type UserRow = typeof users.$inferSelect;
