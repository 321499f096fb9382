ALTER TABLE "users" ADD COLUMN "surviving_session" text;
--> statement-breakpoint
CREATE TABLE "sessions" (
	"origin_jti" text PRIMARY KEY NOT NULL,
	"uuid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"user_uuid" uuid NOT NULL REFERENCES "users" ("uuid") ON DELETE CASCADE,
	"device" text NOT NULL,
	"address" text NOT NULL,
	"signed_in_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "sessions_user_uuid_last_used_at" ON "sessions" ("user_uuid", "last_used_at");
--> statement-breakpoint
CREATE TABLE "email_changes" (
	"user_uuid" uuid PRIMARY KEY NOT NULL REFERENCES "users" ("uuid") ON DELETE CASCADE,
	"email" "citext" NOT NULL,
	"code_hash" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recovery_codes" (
	"user_uuid" uuid PRIMARY KEY NOT NULL REFERENCES "users" ("uuid") ON DELETE CASCADE,
	"code_hash" text NOT NULL
);
