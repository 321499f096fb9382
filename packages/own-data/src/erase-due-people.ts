import { type ErasureParts, erasePerson } from "./erase.ts";

const ERASURES_PER_PAGE = 50;

/**
 * Erases every person whose erasure is due, and continues the erasures that an earlier run did not
 * finish. An erasure that fails does not prevent the others; the next run tries it again.
 * @returns uuids of the people who were erased, and the errors of the erasures that failed
 */
export async function eraseDuePeople(
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
