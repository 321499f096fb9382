ALTER TABLE "users" ADD COLUMN "sessions_ended_at" timestamp with time zone;
--> statement-breakpoint
CREATE TABLE "ended_sessions" (
	"origin_jti" text PRIMARY KEY NOT NULL,
	"user_uuid" uuid NOT NULL,
	"ended_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spent_refresh_tokens" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"origin_jti" text NOT NULL,
	"user_uuid" uuid NOT NULL,
	"spent_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "security_events" (
	"id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"event" text NOT NULL,
	"outcome" text NOT NULL,
	"user_uuid" uuid,
	"handle" "citext",
	"address" text,
	"device" text
);
--> statement-breakpoint
CREATE INDEX "security_events_user_uuid_at" ON "security_events" ("user_uuid", "at");
--> statement-breakpoint
CREATE INDEX "security_events_handle_at" ON "security_events" ("handle", "at");
--> statement-breakpoint
CREATE FUNCTION "keep_security_events"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND OLD."at" < now() - interval '400 days' THEN
		RETURN OLD;
	END IF;
	RAISE EXCEPTION 'security events are never changed, and deleted only after 400 days';
END
$$;
--> statement-breakpoint
CREATE TRIGGER "security_events_append_only" BEFORE UPDATE OR DELETE ON "security_events"
	FOR EACH ROW EXECUTE FUNCTION "keep_security_events"();
--> statement-breakpoint
CREATE TRIGGER "security_events_not_truncated" BEFORE TRUNCATE ON "security_events"
	FOR EACH STATEMENT EXECUTE FUNCTION "keep_security_events"();
