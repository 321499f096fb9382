import { type ErasureParts, erasePerson } from "./erase.ts";

const ERASURES_PER_PAGE = 50;

/**
 * Erases everybody whose day has come, and goes on with erasures that were cut off. One that fails
 * doesn't keep the others from being made: the next run tries it again.
 * @returns how many were erased, and the errors of those that were not
 */
export async function eraseDue(
  parts: ErasureParts,
): Promise<{ erased: string[]; failed: { user_uuid: string; error: unknown }[] }> {
  const erased: string[] = [];
  const failed: { user_uuid: string; error: unknown }[] = [];
  for (const { user_uuid } of await parts.erasures.listDue(ERASURES_PER_PAGE)) {
    try {
      await erasePerson(parts, user_uuid);
      erased.push(user_uuid);
    } catch (error) {
      failed.push({ user_uuid, error });
    }
  }
  return { erased, failed };
}
