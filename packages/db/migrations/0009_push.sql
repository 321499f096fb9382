ALTER TABLE "users" ADD COLUMN "mentions_break_mutes" boolean DEFAULT true NOT NULL;
--> statement-breakpoint
CREATE TABLE "push_subscriptions" (
	"endpoint" text PRIMARY KEY NOT NULL,
	"user_uuid" uuid NOT NULL REFERENCES "users" ("uuid") ON DELETE CASCADE,
	"origin_jti" text NOT NULL,
	"p256dh" text NOT NULL,
	"auth" text NOT NULL,
	"subscribed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "push_subscriptions_user_uuid" ON "push_subscriptions" ("user_uuid", "subscribed_at");
--> statement-breakpoint
CREATE INDEX "push_subscriptions_origin_jti" ON "push_subscriptions" ("origin_jti");
