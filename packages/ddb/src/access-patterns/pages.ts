import type { Page, PagePosition } from "../types.ts";

/**
 * Makes a page of one Query that asked for one item more than the page holds. That extra item shows
 * whether there is more in the Query's direction. In the other direction there is always more: at
 * least the item at the border, from which the Query started. So a position is null exactly when
 * there is nothing more.
 * @param input.items newest first when the Query went to older items, oldest first otherwise
 * @param input.edges positions before and after everything, for a page that turned out empty
 * @returns items newest first
 */
export function toPage<Item>(input: {
  items: Item[];
  more: boolean;
  limit: number;
  position: PagePosition | undefined;
  borderOf: (item: Item) => string;
  edges: { first: string; last: string };
}): Page<Item> {
  const { limit, position, borderOf, edges } = input;
  const toNewer = position !== undefined && "after" in position;
  const more = input.more || input.items.length > limit;
  const items = input.items.slice(0, limit);
  if (toNewer) items.reverse();
  const [newest, oldest] = [items[0], items.at(-1)];
  const older = { before: oldest === undefined ? edges.last : borderOf(oldest) };
  const newer = { after: newest === undefined ? edges.first : borderOf(newest) };
  if (toNewer) return { items, next: older, previous: more ? newer : null };
  return { items, next: more ? older : null, previous: position === undefined ? null : newer };
}
