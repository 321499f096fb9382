import { createHash } from "node:crypto";
import { handleSkeleton } from "@cruddur/contract/handles";
import { and, eq, gt, isNull, ne, or, sql } from "drizzle-orm";
import type { Db } from "./client.ts";
import { keptHandles } from "./schema.ts";

/** How long a handle that was given up leads to its owner. */
export const HANDLE_KEPT_DAYS = 90;
/** How long the handle of an erased person stays taken. */
export const HANDLE_RESERVED_DAYS = 365;

/** Handles with one skeleton can be mistaken for each other, so they are kept together. */
export const hashSkeleton = (handle: string): string =>
  createHash("sha256").update(handleSkeleton(handle)).digest("hex");

/** Whether a handle, or one that looks like it, is kept for somebody else. */
export async function isKept(
  db: Pick<Db, "select">,
  handle: string,
  forOwner?: string,
): Promise<boolean> {
  const isOthers =
    forOwner === undefined
      ? undefined
      : or(isNull(keptHandles.user_uuid), ne(keptHandles.user_uuid, forOwner));
  const rows = await db
    .select({ until: keptHandles.until })
    .from(keptHandles)
    .where(
      and(
        eq(keptHandles.skeleton_hash, hashSkeleton(handle)),
        gt(keptHandles.until, sql`now()`),
        isOthers,
      ),
    );
  return rows.length > 0;
}
