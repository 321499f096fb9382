import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  apiOf,
  createPerson,
  expectNoSideScroll,
  findAxeViolations,
  PHONE,
  settleColours,
  storedDrafts,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

/** Both themes, at the size of the page. */
async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await settleColours(page);
    expect(await findAxeViolations(page)).toEqual([]);
  }
  await expectNoSideScroll(page);
}

async function choose(page: Page, handle: string): Promise<void> {
  await page.getByRole("combobox").fill(handle);
  await page.getByRole("option").filter({ hasText: handle }).waitFor();
  await page.keyboard.press("Enter");
  await page
    .getByRole("button", { name: /^Take back/ })
    .last()
    .waitFor();
}

const log = (page: Page) => page.getByRole("log");
const dialog = (page: Page) => page.getByRole("dialog");
const messageOf = (page: Page, text: string) =>
  page.locator("[role=log] li[data-state]", { hasText: text });

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox").fill(text);
  await page.getByRole("textbox").press("Enter");
}

/** Touches a message until its menu opens. */
async function hold(page: Page, message: Locator): Promise<void> {
  const target = message.locator("[data-held]").first();
  const box = await target.boundingBox();
  if (box === null) throw new Error("nothing there to hold");
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const finger = await page.context().newCDPSession(page);
  await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });
  await target.locator("xpath=self::*[@data-pressed]").waitFor();
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

const openDetails = (page: Page) =>
  page
    .getByRole("button", { name: /^Group details/ })
    .first()
    .click();

test("three people make a group, rename it, add a fourth, answer, edit, react, delete, mention, remove and leave", async () => {
  const [ana, ben, cleo, dan] = await Promise.all(
    ["Ana Alvarez", "Ben Brook", "Cleo Chen", "Dan Drummond"].map(createPerson),
  );
  if (!ana || !ben || !cleo || !dan) throw new Error("nobody to test with");
  const phone = { viewport: PHONE, hasTouch: true, isMobile: true };
  const [first, second, third] = await Promise.all([
    browser.openAs(ana),
    browser.openAs(ben),
    browser.openAs(cleo, phone),
  ]);

  // Ana makes the group with the keyboard alone.
  await first.keyboard.press("Control+k");
  await first.getByRole("button", { name: "New group" }).press("Enter");
  await choose(first, ben.handle);
  await dialog(first).getByRole("button", { name: "Next" }).press("Enter");
  await dialog(first).getByRole("alert").getByText("at least two other people").waitFor();
  await choose(first, dan.handle);
  await first.keyboard.press("Backspace");
  await choose(first, cleo.handle);
  await expectAccessible(first);
  await first.keyboard.press("Control+Enter");
  await dialog(first).getByText("With Ben Brook and Cleo Chen").waitFor();
  await dialog(first).getByLabel("First message").fill("Who is in for Sunday?");
  await expectAccessible(first);
  await first.keyboard.press("Control+Enter");
  // People who joined at the same moment are in no particular order.
  await first.getByRole("heading", { level: 1, name: /^(Ben and Cleo|Cleo and Ben)$/ }).waitFor();
  await log(first).getByText("You created the group").waitFor();
  await log(first).getByText("Who is in for Sunday?").waitFor();
  expect(await first.locator("main").getByText("3 people").count()).toBe(1);

  // Ben sees it arrive, with the sender's name, and Cleo opens it on her phone.
  const row = (page: Page) => page.getByRole("navigation").getByRole("listitem").first();
  await row(second).getByText("Ana: Who is in for Sunday?").waitFor();
  await row(second).getByText("1 unread").waitFor();
  await row(second).getByRole("link").click();
  await log(second).getByText("Ana Alvarez created the group").waitFor();
  await row(third).getByRole("link").tap();
  await log(third).getByText("Who is in for Sunday?").waitFor();
  // Strangers made the group, so it is a request for both.
  for (const page of [second, third]) {
    await page.getByRole("button", { name: "Accept" }).click();
  }
  const seen = first.getByRole("button", { name: "Seen by 2: " });
  await seen.waitFor();
  await seen.hover();
  await first.getByText("Seen by", { exact: true }).waitFor();
  await expectAccessible(first);
  await first.mouse.move(0, 0);

  // Ana names it, and everybody reads so at once.
  await openDetails(first);
  await dialog(first).getByText("Owner", { exact: true }).waitFor();
  await expectAccessible(first);
  await dialog(first).getByRole("button", { name: "Add a name" }).click();
  await dialog(first).getByLabel("Name").fill("x".repeat(51));
  await first.keyboard.press("Enter");
  await dialog(first).getByText("at most 50 characters, on one line").waitFor();
  await dialog(first).getByLabel("Name").fill("Sunday hike");
  await first.keyboard.press("Enter");
  await dialog(first).getByRole("heading", { name: "Sunday hike" }).waitFor();
  await second.getByRole("heading", { level: 1, name: "Sunday hike" }).waitFor();
  await log(second).getByText("Ana Alvarez named the group “Sunday hike”").waitFor();

  // She adds a fourth person, who reads nothing from before.
  await dialog(first).getByRole("button", { name: "Add people" }).click();
  await choose(first, dan.handle);
  await expectAccessible(first);
  await dialog(first).getByRole("button", { name: "Add", exact: true }).click();
  await dialog(first).getByText("4 people").waitFor();
  await first.keyboard.press("Escape");
  await log(third).getByText("Ana Alvarez added Dan Drummond").waitFor();
  const fourth = await browser.openAs(dan);
  await row(fourth).getByText("Ana Alvarez added you").waitFor();
  await row(fourth).getByRole("link").click();
  await log(fourth).getByText("Ana Alvarez added you").waitFor();
  expect(await log(fourth).getByText("Who is in for Sunday?").count()).toBe(0);

  // Ben answers and edits it, Ana reacts, Cleo holds the message on her phone to react, too.
  await messageOf(second, "Who is in for Sunday?").hover();
  await messageOf(second, "Who is in for Sunday?").getByRole("button", { name: "Reply" }).click();
  await write(second, "I am inn");
  await messageOf(first, "I am inn")
    .getByRole("button", { name: /reply to You/ })
    .waitFor();
  await second.getByRole("textbox").press("ArrowUp");
  await write(second, "I am in");
  await messageOf(third, "I am in").locator("[data-edited]").waitFor();
  await messageOf(first, "I am in").hover();
  await messageOf(first, "I am in").getByRole("button", { name: "React" }).click();
  await first.getByRole("menuitemcheckbox", { name: "👍" }).click();
  await hold(third, messageOf(third, "I am in").last());
  await third.getByRole("menuitemcheckbox", { name: "👍" }).tap();
  const reactions = messageOf(second, "I am in").getByRole("list", { name: "Reactions" });
  await reactions.getByRole("button", { name: "👍 2" }).waitFor();
  // Whoever joined later sees the answer, and not what it answers.
  await messageOf(fourth, "I am in").getByText("A message from before you joined").waitFor();

  // Ben deletes a slip for everyone.
  await write(second, "wrong window");
  const slip = messageOf(second, "wrong window");
  await messageOf(third, "wrong window").waitFor();
  await slip.hover();
  await slip.getByRole("button", { name: "Message actions" }).click();
  await second.getByRole("menuitem", { name: "Delete", exact: true }).click();
  await dialog(second).getByRole("button", { name: "Delete" }).click();
  for (const page of [first, third, fourth]) {
    await messageOf(page, "Ben Brook deleted a message").waitFor();
    expect(await log(page).getByText("wrong window").count()).toBe(0);
  }

  // Cleo mentions Ben by touch; his row says so while he is elsewhere.
  await second.goto("/messages");
  const composer = third.getByRole("textbox");
  await composer.tap();
  await composer.pressSequentially("Ask @be");
  await third.getByRole("listbox", { name: "People to mention" }).waitFor();
  await expectAccessible(third);
  await third.getByRole("option").filter({ hasText: "Ben Brook" }).tap();
  expect(await composer.inputValue()).toBe(`Ask @${ben.handle} `);
  await third.getByRole("button", { name: "Send" }).tap();
  await row(second).getByText("You were mentioned").waitFor({ state: "attached" });
  await row(second).getByRole("link").click();
  await log(second).locator("[data-mention]", { hasText: ben.handle }).waitFor();
  await row(second).getByText("You were mentioned").waitFor({ state: "detached" });
  await expectAccessible(second);
  await expectAccessible(third);

  // Ana removes Ben, whose page closes with a line that says so, and who keeps no draft.
  await second.getByRole("textbox").fill("I am still writing");
  await expect.poll(() => storedDrafts(second)).toEqual(["I am still writing"]);
  await openDetails(first);
  await dialog(first).getByRole("button", { name: "Actions for Ben Brook" }).click();
  await first.getByRole("menuitem", { name: "Remove from the group" }).click();
  await dialog(first).getByRole("button", { name: "Remove", exact: true }).click();
  await dialog(first).getByText("3 people").waitFor();
  await second.getByRole("heading", { name: "You are no longer in this group" }).waitFor();
  await second.getByText("You were removed from “Sunday hike”.").waitFor();
  await expectAccessible(second);
  expect(await second.getByRole("navigation").getByText("Sunday hike").count()).toBe(0);
  await expect.poll(() => storedDrafts(second)).toEqual([""]);
  const api = await apiOf(ben);
  expect((await api.messageGroups.list.query({})).items).toEqual([]);

  // She leaves, and the one who joined first becomes the owner.
  await dialog(first).getByRole("button", { name: "Leave group" }).click();
  await dialog(first).getByText("Cleo Chen becomes the owner").waitFor();
  await dialog(first).getByRole("button", { name: "Leave group" }).click();
  await first.getByText("You left “Sunday hike”").first().waitFor();
  await expect.poll(() => new URL(first.url()).pathname).toBe("/messages");
  await log(third).getByText("Ana Alvarez left").waitFor();
  await third.getByRole("button", { name: /^Group details, 2 people/ }).tap();
  const self = dialog(third).getByRole("listitem").filter({ hasText: "(you)" });
  await self.getByText("Owner", { exact: true }).waitFor();
  await third.setViewportSize({ width: 320, height: 640 });
  await expectAccessible(third);
});
