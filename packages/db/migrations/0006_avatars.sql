CREATE TABLE "avatars" (
	"user_uuid" uuid PRIMARY KEY NOT NULL REFERENCES "users" ("uuid") ON DELETE CASCADE,
	"hash" text NOT NULL,
	"image" "bytea" NOT NULL CHECK (octet_length("image") <= 49152),
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "avatars_hash" ON "avatars" ("hash");
