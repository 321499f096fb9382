import { expect, test } from "vitest";
import {
  createConversation,
  findAxeViolations,
  PHONE,
  settle,
  settleColours,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

test("while writing, a second Enter does nothing, Page Up scrolls the messages, and shortcuts are one key away", async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index} ${"and more ".repeat(20)}`);
  const { a, apiA, apiB, message_group_uuid } = await createConversation(lines);
  const { items } = await apiA.messages.list.query({ message_group_uuid });
  await apiA.messageGroups.markRead.mutate({
    message_group_uuid,
    message_uuid: items.at(-1)?.uuid ?? "",
  });
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  const log = page.getByRole("log");
  await log.getByText("line 29").waitFor();
  const field = page.getByRole("textbox");
  await field.fill("sent once");
  await field.press("Enter");
  await field.press("Enter");
  await page.locator("li[data-state=sent]", { hasText: "sent once" }).waitFor();
  expect(await page.getByText("Write something first.").count()).toBe(0);

  const top = () => log.evaluate((view) => view.scrollTop);
  const before = await top();
  await field.press("PageUp");
  await expect.poll(top).toBeLessThan(before - 200);
  await field.press("PageDown");
  await expect.poll(top).toBe(before);

  await field.press("Control+/");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await settleColours(page);
  expect(await findAxeViolations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await field.press("?");
  expect(await field.inputValue()).toBe("?");
  await field.fill("");
  await page.getByRole("link", { name: /Ben Brook/ }).focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");

  // A note over the page leaves the newest message in view.
  await page.getByRole("button", { name: "Conversation menu" }).click();
  await page.getByRole("menuitem", { name: "Copy link to conversation" }).click();
  const note = page.locator("[class*=toast_], [class*=_toast]").last();
  await settle(page, "copy");
  const [noteBox, newest] = await Promise.all([
    note.boundingBox(),
    log.locator("li[data-state]").last().boundingBox(),
  ]);
  expect((noteBox?.y ?? 0) + (noteBox?.height ?? 0)).toBeLessThan(newest?.y ?? 0);

  // A link to a message that one can read is a quote, and opens in the app. Any other is an address.
  const link = new URL(`/messages/${message_group_uuid}?message=${items[0]?.uuid}`, page.url())
    .href;
  const foreign = link.replace(message_group_uuid, crypto.randomUUID());
  await apiB.send({ message_group_uuid }, foreign);
  await apiB.send({ message_group_uuid }, link);
  await log.getByRole("link", { name: foreign }).waitFor();
  await log.getByRole("link", { name: /^Message of You *: *line 1/ }).click();
  await expect.poll(() => new URL(page.url()).search).toBe(`?message=${items[0]?.uuid}`);
  expect(page.context().pages()).toHaveLength(1);
});

test("code, bold and italic words are shown as such, with every typed character kept", async () => {
  const { a, apiB, message_group_uuid } = await createConversation(["hello"]);
  const text =
    "*now* run `rm -r _a_` or\n```\nlet wide = '" + "x".repeat(200) + "';\n```\n_please_ 2*3*4";
  await apiB.send({ message_group_uuid }, text);
  for (const viewport of [{ width: 1280, height: 800 }, PHONE]) {
    const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}`, viewport });
    const bubble = page.locator("[role=log] [data-held] > div[dir=auto]", { hasText: "wide" });
    await bubble.waitFor();
    expect(await bubble.textContent()).toBe(text);
    expect(await bubble.locator("strong").allTextContents()).toEqual(["*now*"]);
    expect(await bubble.locator("em").allTextContents()).toEqual(["_please_"]);
    expect(await bubble.locator("code").count()).toBe(2);
    const overflow = await page
      .getByRole("log")
      .evaluate((log) => log.scrollWidth - log.clientWidth);
    expect(overflow).toBe(0);
    expect(await findAxeViolations(page)).toEqual([]);
  }
});

test("at a width of 320 px, the header gives the name its room", async () => {
  const { a, message_group_uuid } = await createConversation(["hello"]);
  const page = await browser.openAs(a, {
    path: `/messages/${message_group_uuid}`,
    viewport: { width: 320, height: 460 },
  });
  const name = page.getByRole("heading", { level: 1, name: "Ben Brook" });
  await name.waitFor();
  expect(await name.evaluate((h1) => h1.clientWidth)).toBeGreaterThan(120);
  expect(await page.locator("#conversation header").evaluate((header) => header.clientHeight)).toBe(
    48,
  );
});

test("a shortcode is completed to an emoji, by the list and by its second colon", async () => {
  const { a, message_group_uuid } = await createConversation(["hello"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await settle(page, "hello");
  const field = page.getByRole("textbox");
  await field.pressSequentially("at 10:30 :tad");
  await page.getByRole("listbox", { name: "Emoji" }).getByText(":tada:").waitFor();
  await field.press("Enter");
  expect(await field.inputValue()).toBe("at 10:30 🎉 ");
  await field.pressSequentially(":rocket:");
  expect(await field.inputValue()).toBe("at 10:30 🎉 🚀");
  await field.press("Enter");
  await page.getByRole("log").getByText("at 10:30 🎉 🚀").waitFor();
});
