import { expect, test } from "vitest";
import { createHeldBytes, createPageBudget, releaseHeldBytes } from "./page-budget.ts";

const PAGE = 100;
const budget = {
  ...{ answerBytes: 2 * PAGE, pageBytes: PAGE, personBytes: 3 * PAGE, totalBytes: 4 * PAGE },
  concurrentReads: 10,
};
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: { code?: string }) => error.code,
  );

/** Begins to read a page for a request of its own. */
function begin(pages: ReturnType<typeof createPageBudget>, user_uuid: string) {
  const held = createHeldBytes();
  let end = (_page: number | Error): void => {};
  const result = new Promise<number>((resolve, reject) => {
    end = (page) => (typeof page === "number" ? resolve(page) : reject(page));
  });
  const page = pages.read(
    { user_uuid, held },
    () => result,
    (bytes) => bytes,
  );
  for (const each of [page, result]) each.catch(() => {});
  return { held, page, end };
}

test("a page that is being read counts in full, and then by its bytes", async () => {
  const pages = createPageBudget(budget);
  const own = [begin(pages, "londo"), begin(pages, "londo"), begin(pages, "londo")];
  expect(await refusalOf(begin(pages, "londo").page)).toBe("rate_limited");
  const other = begin(pages, "bayko");
  expect(await refusalOf(begin(pages, "bayko").page)).toBe("unavailable");
  expect(pages.heldBytes()).toBe(4 * PAGE);

  for (const { end } of [...own, other]) end(5);
  await Promise.all([...own, other].map(({ page }) => page));
  expect(pages.heldBytes()).toBe(20);
  for (const { held } of [...own, other]) releaseHeldBytes(held);
  expect(pages.heldBytes()).toBe(0);
});

test("a page that can't be read, or whose client has gone meanwhile, holds nothing", async () => {
  const pages = createPageBudget(budget);
  const [failed, gone] = [begin(pages, "londo"), begin(pages, "londo")];
  failed.end(new Error("unreadable"));
  await expect(failed.page).rejects.toThrow("unreadable");
  releaseHeldBytes(gone.held);
  gone.end(50);
  await gone.page;
  expect(pages.heldBytes()).toBe(0);
});
