CREATE TABLE "passkeys" (
	"credential_id" text PRIMARY KEY NOT NULL,
	"uuid" uuid DEFAULT gen_random_uuid() NOT NULL,
	"user_uuid" uuid NOT NULL REFERENCES "users" ("uuid") ON DELETE CASCADE,
	"device" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "passkeys_user_uuid" ON "passkeys" ("user_uuid");
