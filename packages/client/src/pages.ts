/** A page of a list: cursors lead to older (`next`) and newer (`previous`) items. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
  previous_cursor: string | null;
}

/**
 * Every item of a list, page after page, each page read when it is needed.
 * @param read reads the first page (no cursor) or the page of a cursor
 * @param towards which cursor to follow; older items come last within a page of the inbox, and first
 *   within a page of messages, so `reverse` turns each page round
 */
export async function* iteratePages<Item>(
  read: (cursor: string | undefined) => Promise<Page<Item>>,
  { towards = "next", reverse = false }: { towards?: "next" | "previous"; reverse?: boolean } = {},
): AsyncGenerator<Item, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    yield* reverse ? page.items.toReversed() : page.items;
    cursor = (towards === "next" ? page.next_cursor : page.previous_cursor) ?? undefined;
  } while (cursor !== undefined);
}
