DO $$
DECLARE
	skeleton text := $skeleton$lower(replace(translate("handle"::text, 'I10', 'llo'), 'm', 'rn'))$skeleton$;
	"alike" uuid[];
BEGIN
	-- People who already look like an earlier one keep their handles: the index leaves them out.
	EXECUTE format('SELECT array_agg("uuid") FROM (SELECT "uuid", row_number() OVER (PARTITION BY %s ORDER BY "created_at", "uuid") AS "n" FROM "users") AS "numbered" WHERE "n" > 1', skeleton) INTO "alike";
	EXECUTE format('CREATE UNIQUE INDEX "users_handle_skeleton_unique" ON "users" (%s)', skeleton)
		|| CASE WHEN "alike" IS NULL THEN '' ELSE format(' WHERE "uuid" <> ALL (%L::uuid[])', "alike") END;
END $$;
