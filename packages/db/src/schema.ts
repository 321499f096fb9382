import { sql } from "drizzle-orm";
import { boolean, customType, index, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Case-insensitive text. A `::text` cast loses that, so always compare the column itself. */
const citext = customType<{ data: string }>({ dataType: () => "citext" });

export const users = pgTable(
  "users",
  {
    uuid: uuid("uuid").primaryKey().defaultRandom(),
    display_name: text("display_name").notNull(),
    handle: citext("handle").notNull().unique("users_handle_unique"),
    /**
     * What the handle looks like: see `handleSkeleton`. null for a person who looked like an earlier
     * one when the column was added.
     */
    handle_skeleton: text("handle_skeleton").unique("users_handle_skeleton_unique"),
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
    index("users_handle_trgm").using("gin", sql`(${table.handle}::text) gin_trgm_ops`),
    index("users_display_name_trgm").using("gin", sql`${table.display_name} gin_trgm_ops`),
  ],
);

export type UserRow = typeof users.$inferSelect;
