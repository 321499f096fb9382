ALTER TABLE "users"
	ADD COLUMN "first_messages" text DEFAULT 'inbox' NOT NULL,
	ADD COLUMN "group_additions" text DEFAULT 'everyone' NOT NULL,
	ADD COLUMN "searchable" boolean DEFAULT true NOT NULL,
	ADD COLUMN "suspended_at" timestamp with time zone;
--> statement-breakpoint
CREATE TABLE "reports" (
	"uuid" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"reporter_uuid" uuid REFERENCES "users" ("uuid") ON DELETE SET NULL,
	"user_uuid" uuid NOT NULL REFERENCES "users" ("uuid") ON DELETE CASCADE,
	"message_group_uuid" uuid,
	"message_uuid" uuid,
	"reason" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"reported_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone
);
--> statement-breakpoint
CREATE UNIQUE INDEX "reports_open_unique" ON "reports"
	("reporter_uuid", "user_uuid", coalesce("message_uuid", "user_uuid")) WHERE "resolved_at" IS NULL;
--> statement-breakpoint
CREATE INDEX "reports_reported_at" ON "reports" ("reported_at");
