import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { createConversation, PHONE, useBrowser } from "./support.ts";

const browser = useBrowser();

async function openOnPhone(lines: readonly string[]) {
  const { a, message_group_uuid } = await createConversation(lines);
  const page = await browser.openAs(a, {
    path: `/messages/${message_group_uuid}`,
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
  });
  // From here on, time passes in the page only while a finger is held.
  await page.clock.install();
  await page.reload();
  const row = (text: string) => page.locator("[role=log] li", { hasText: text });
  await row(lines.at(-1) ?? "").waitFor();
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
  return { page, row };
}

/** Puts a finger on the middle of an element, holds it, moves it by `moveBy` px, and lifts it. */
async function hold(page: Page, target: Locator, { ms = 700, moveBy = 0 } = {}): Promise<void> {
  const box = await target.boundingBox();
  if (box === null) throw new Error("nothing there to hold");
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const finger = await page.context().newCDPSession(page);
  await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
  if (moveBy !== 0) {
    const moved = { ...at, y: at.y + moveBy };
    await finger.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [moved] });
  }
  await page.clock.runFor(ms);
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await finger.detach();
  // Longer than any effect of the gesture takes.
  await page.clock.runFor(5_000);
}

const isClipped = (button: Locator) =>
  button.evaluate((element) => getComputedStyle(element).clipPath !== "none");

test("holding a message opens its menu; a tap or a scroll does not, and a held link is not followed", async () => {
  const link = "https://example.com/held/so-long-that-no-phone-is-as-wide";
  const { page, row } = await openOnPhone([`see ${link}`, "and an answer"]);
  const menu = page.getByRole("menu", { name: "Message actions" });
  await hold(page, row("and an answer").locator("[data-held]"));
  await menu.getByRole("menuitem", { name: "Copy text" }).waitFor();
  expect(await menu.isVisible()).toBe(true);
  await page.getByRole("log").tap({ position: { x: 5, y: 5 } });
  await expect.poll(() => menu.isVisible()).toBe(false);

  const bubble = row("and an answer").locator("[data-held]");
  await hold(page, bubble, { ms: 100 });
  await hold(page, bubble, { moveBy: 40 });
  expect(await menu.isVisible()).toBe(false);

  await hold(page, row("example.com").getByRole("link"));
  const open = menu.getByRole("menuitem", { name: `Open ${link}` });
  await open.waitFor();
  expect(await open.evaluate((item) => item.scrollWidth - item.clientWidth)).toBe(0);
  expect(page.context().pages()).toHaveLength(1);
});

test("the menu button is visible on the tapped message only, and a screen reader finds each one", async () => {
  const { page, row } = await openOnPhone(["one", "two"]);
  const button = (text: string) => row(text).getByRole("button", { name: "Message actions" });
  expect(await Promise.all([isClipped(button("one")), isClipped(button("two"))])).toEqual([
    true,
    true,
  ]);
  await row("one").locator("[data-held]").tap();
  await expect.poll(() => isClipped(button("one"))).toBe(false);
  expect(await isClipped(button("two"))).toBe(true);
  await button("one").tap();
  await page.getByRole("menuitem", { name: "Copy text" }).waitFor();
  await page.keyboard.press("Escape");
  // A double tap of a screen reader does the same.
  await button("two").evaluate((element: HTMLElement) => element.click());
  await page.getByRole("menuitem", { name: "Copy text" }).waitFor();
});

test("sending with the button keeps the keyboard open", async () => {
  const { page, row } = await openOnPhone(["one"]);
  const field = page.getByRole("textbox");
  await field.tap();
  await field.fill("by the button");
  await page.getByRole("button", { name: "Send" }).tap();
  await row("by the button").waitFor();
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
});
