ALTER TABLE "users" ADD COLUMN "pool_username" "citext";
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "handle_changed_at" timestamp with time zone;
--> statement-breakpoint
CREATE TABLE "erasures" (
	"user_uuid" uuid PRIMARY KEY NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"handle" "citext",
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "erasures_due_at" ON "erasures" ("due_at") WHERE "finished_at" IS NULL;
--> statement-breakpoint
CREATE TABLE "kept_handles" (
	"skeleton_hash" text PRIMARY KEY NOT NULL,
	"handle" "citext" CONSTRAINT "kept_handles_handle_unique" UNIQUE,
	"user_uuid" uuid REFERENCES "users" ("uuid"),
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "kept_handles_user_uuid" ON "kept_handles" ("user_uuid");
--> statement-breakpoint
CREATE OR REPLACE FUNCTION "keep_security_events"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND OLD."at" < now() - interval '400 days' THEN
		RETURN OLD;
	END IF;
	-- Of somebody who is being erased, an event keeps what happened and when, and loses who it was.
	IF TG_OP = 'UPDATE'
		AND NEW."handle" IS NULL AND NEW."address" IS NULL AND NEW."device" IS NULL
		AND (NEW."id", NEW."at", NEW."event", NEW."outcome") = (OLD."id", OLD."at", OLD."event", OLD."outcome")
		AND NEW."user_uuid" IS NOT DISTINCT FROM OLD."user_uuid"
		AND EXISTS (
			SELECT FROM "erasures" AS "e" LEFT JOIN "users" AS "u" ON "u"."uuid" = "e"."user_uuid"
			WHERE "e"."started_at" IS NOT NULL AND (
				"e"."user_uuid" = OLD."user_uuid"
				OR (OLD."user_uuid" IS NULL AND (
					OLD."handle" IN ("u"."handle", "u"."email", "u"."pool_username")
					OR EXISTS (
						SELECT FROM "kept_handles" AS "k"
						WHERE "k"."user_uuid" = "e"."user_uuid" AND "k"."handle" = OLD."handle"
					)
				))
			)
		)
	THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'security events are never changed, and deleted only after 400 days';
END
$$;
