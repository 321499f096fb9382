CREATE TABLE "users" (
	"uuid" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"display_name" text NOT NULL,
	"handle" "citext" NOT NULL,
	"email" "citext" NOT NULL,
	"cognito_user_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"read_receipts" boolean DEFAULT true NOT NULL,
	"typing_indicators" boolean DEFAULT true NOT NULL,
	CONSTRAINT "users_handle_unique" UNIQUE("handle"),
	CONSTRAINT "users_email_unique" UNIQUE("email"),
	CONSTRAINT "users_cognito_user_id_unique" UNIQUE("cognito_user_id")
);
--> statement-breakpoint
CREATE INDEX "users_handle_trgm" ON "users" USING gin (("handle"::text) gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "users_display_name_trgm" ON "users" USING gin ("display_name" gin_trgm_ops);