import { createClientId } from "@cruddur/contract/ids";
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { apiOf, createPerson, useBrowser } from "./support.ts";

const browser = useBrowser();
const CONVERSATIONS = 75;

test("a long inbox has only the rows near the visible part, and keeps place and focus while it is scrolled and rows move", async () => {
  const [ana, ben, cleo] = await Promise.all(
    ["Ana", "Ben", "Cleo"].map((name) => createPerson(name)),
  );
  if (!ana || !ben || !cleo) throw new Error("nobody");
  const [api, apiBen] = await Promise.all([apiOf(ana), apiOf(ben)]);
  const handles = [ben.handle, cleo.handle];
  const created = await Promise.all(
    Array.from({ length: CONVERSATIONS }, (_, index) =>
      api.messageGroups.create.mutate({
        handles,
        name: `Group ${index}`,
        client_id: createClientId(),
      }),
    ),
  );
  const page = await browser.openAs(ana, { viewport: { width: 1280, height: 500 } });
  const rows = page.getByRole("navigation").getByRole("listitem");
  await rows.first().getByRole("link").focus();
  await rows.first().hover();
  const last = page.locator(`li[aria-posinset="${CONVERSATIONS}"]`);
  const scrollToEnd = () =>
    expect
      .poll(async () => {
        await page.mouse.wheel(0, 5_000);
        return last.isVisible();
      })
      .toBe(true);
  await scrollToEnd();
  expect(await last.getAttribute("aria-setsize")).toBe(String(CONVERSATIONS));
  expect(await rows.count()).toBeLessThan(50);
  // The focused row stays, although it is far above, and Tab goes on from it.
  expect(await rows.first().getAttribute("aria-posinset")).toBe("1");
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("A");

  const nameOf = async (row: Locator) =>
    /“Group (\d+)”/.exec((await row.textContent()) ?? "")?.[1] ?? "";
  const moved = created[Number(await nameOf(last))];
  if (moved === undefined) throw new Error("the last row has no name");
  await page.mouse.wheel(0, -1_000);
  const shown = page.locator(`li[aria-posinset="${CONVERSATIONS - 17}"]`);
  await expect.poll(async () => (await shown.boundingBox())?.y).toBeGreaterThan(100);
  const sameRow = rows.filter({ hasText: `“Group ${await nameOf(shown)}”` });
  const before = (await sameRow.boundingBox())?.y;
  await apiBen.send(moved, "to the top");
  await rows.first().getByText("to the top").waitFor();
  expect(await sameRow.getAttribute("aria-posinset")).toBe(String(CONVERSATIONS - 16));
  expect((await sameRow.boundingBox())?.y).toBe(before);
  await page.keyboard.press("Tab");
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.closest("li")?.ariaPosInSet))
    .toBe("3");

  await rows.first().hover();
  await scrollToEnd();
  await page.getByRole("button", { name: "Account of Ana" }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await page.getByLabel("Name", { exact: true }).waitFor();
  await page.goBack();
  await expect.poll(() => last.isVisible()).toBe(true);
});
