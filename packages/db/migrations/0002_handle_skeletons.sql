ALTER TABLE "users" ADD COLUMN "handle_skeleton" text;--> statement-breakpoint
UPDATE "users" SET "handle_skeleton" = "first"."skeleton" FROM (
	SELECT DISTINCT ON ("skeleton") "uuid", "skeleton" FROM (
		SELECT "uuid", "created_at", lower(replace(translate("handle"::text, 'I10', 'llo'), 'm', 'rn')) AS "skeleton" FROM "users"
	) AS "every" ORDER BY "skeleton", "created_at", "uuid"
) AS "first" WHERE "users"."uuid" = "first"."uuid";--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_handle_skeleton_unique" UNIQUE("handle_skeleton");
