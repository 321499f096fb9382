import type { Membership, Page, StoredMessage } from "@cruddur/ddb/types";

/**
 * Reads a page while the membership is on its way, as if the member could read from the beginning.
 * A page that reaches back to before the member joined is thrown away and read again from there.
 * @param read reads the page of messages after `joined_after`
 */
export async function readVisiblePage(
  membership: Promise<Membership>,
  read: (joined_after: string | null) => Promise<Page<StoredMessage>>,
): Promise<Page<StoredMessage>> {
  const early = read(null);
  early.catch(() => {});
  const { group } = await membership;
  const joined_after = group?.joined_after ?? null;
  if (joined_after === null) return early;
  const oldest = await early.then(
    ({ items }) => items[0],
    () => undefined,
  );
  const isVisible = oldest !== undefined && oldest.uuid > joined_after;
  return isVisible ? early : read(joined_after);
}
