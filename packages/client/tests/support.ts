import { inject } from "vitest";
import { type Client, type ClientOptions, createClient } from "../src/index.ts";

export const { url, password, pages } = inject("stack");

/** A client of a demo person. */
export function clientOf(handle: string, options: Partial<ClientOptions> = {}): Client {
  return createClient({ url, handle, password, ...options } as ClientOptions);
}

/** The first item that fits, out of a sequence that may have no end. */
export async function find<Item>(
  items: AsyncIterable<Item>,
  fits: (item: Item) => boolean,
): Promise<Item> {
  for await (const item of items) if (fits(item)) return item;
  throw new Error("the sequence ended before");
}
