import { describe, expect, test } from "vitest";
import { apiOf, createConversation, createPerson, PHONE, useBrowser } from "./support.ts";

const browser = useBrowser();

describe("the inbox", () => {
  test("shows the number of unread messages in the list, the tab's title and its icon until they are read", async () => {
    const { a, b, apiA } = await createConversation(["one", "two", "three"]);
    await apiA.send({ handle: b.handle }, "four");
    const page = await browser.openAs(b);
    const item = page.getByRole("navigation").getByRole("listitem").first();
    await item.getByText("four").waitFor();
    // Ben wrote "two", and writing marks nothing as read: all three messages of Ana are unread.
    await item.getByText("3 unread").waitFor();
    await expect.poll(() => page.title()).toBe("(3) Messages · Cruddur Messages");
    expect(await page.locator("#favicon").getAttribute("href")).toContain("data:image/svg+xml");
    await apiA.send({ handle: b.handle }, "five");
    await item.getByText("4 unread").waitFor();
    await item.getByRole("link").click();
    await expect.poll(() => page.title()).toBe(`${a.display_name} · Cruddur Messages`);
    expect(await page.locator("#favicon").getAttribute("href")).toBe("/favicon.svg");
    await item.getByText("unread").waitFor({ state: "detached" });
  });

  test("moves a conversation to the top live, marks the open one, and shows You before own messages", async () => {
    const { a, b, apiB } = await createConversation(["hello"]);
    const carl = await createPerson("Carl Cox");
    const apiCarl = await apiOf(carl);
    await apiCarl.send({ handle: a.handle }, "I came second");
    const page = await browser.openAs(a);
    const items = page.getByRole("navigation").getByRole("listitem");
    await expect.poll(() => items.allTextContents()).toHaveLength(2);
    expect(await items.first().textContent()).toContain("Carl Cox");
    const own = items.filter({ hasText: b.display_name });
    expect(await own.textContent()).toContain("You: hello");
    await own.getByRole("link").click();
    expect(await own.getByRole("link").getAttribute("aria-current")).toBe("page");
    expect(await page.locator("[aria-current]").count()).toBe(1);
    await apiB.send({ handle: a.handle }, "now on top");
    await expect.poll(() => items.first().textContent()).toContain("now on top");
    await page.reload();
    await expect.poll(() => items.first().textContent()).toContain("now on top");
    await expect.poll(() => items.allTextContents()).toHaveLength(2);
  });

  test("shows a first message from a new person without a reload", async () => {
    const [ana, ben] = await Promise.all([createPerson("Ana"), createPerson("Ben")]);
    const page = await browser.openAs(ana);
    await page.getByText("No messages yet").waitFor();
    const apiBen = await apiOf(ben);
    await apiBen.send({ handle: ana.handle }, "surprise");
    const item = page.getByRole("navigation").getByRole("listitem").first();
    await item.getByText("surprise").waitFor();
    await item.getByText("1 unread").waitFor();
    await apiBen.send({ handle: ana.handle }, "and more");
    await item.getByText("and more").waitFor();
    await item.getByText("2 unread").waitFor();
    expect(await page.getByRole("navigation").getByRole("listitem").count()).toBe(1);
  });

  test("can show unread conversations only, keeps the open one, and says when all are read", async () => {
    const { a, b, apiB } = await createConversation(["hello", "hi"]);
    const page = await browser.openAs(a);
    const items = page.getByRole("navigation").getByRole("listitem");
    const filter = page.getByRole("button", { name: /^Unread/ });
    await items.first().getByText("1 unread").waitFor();
    await filter.click();
    await items.first().getByText(b.display_name).waitFor();
    await items.first().getByRole("link").click();
    await items.first().getByText("unread").waitFor({ state: "detached" });
    expect(await items.count()).toBe(1);
    await page.goto("/messages");
    await items.first().waitFor();
    await filter.click();
    await page.getByText("All read").waitFor();
    await apiB.send({ handle: a.handle }, "once more");
    await items.first().getByText("once more").waitFor();
    await page.getByRole("button", { name: "All", exact: true }).click();
    expect(await filter.getAttribute("aria-pressed")).toBe("false");
  });

  test("loads more as it is scrolled, each conversation once, the newest first", async () => {
    const ana = await createPerson("Ana");
    const others = await Promise.all(
      Array.from({ length: 30 }, (_, index) => createPerson(`Friend ${index}`)),
    );
    const api = await apiOf(ana);
    // Only the oldest is unread. It counts in the tab's title although its page is not loaded.
    const [oldest] = others;
    if (oldest === undefined) throw new Error("nobody");
    await (await apiOf(oldest)).send({ handle: ana.handle }, `from ${oldest.handle}`);
    for (const other of others.slice(1)) {
      await api.send({ handle: other.handle }, `to ${other.handle}`);
    }
    const page = await browser.openAs(ana, { viewport: { width: 1280, height: 500 } });
    const names = page.getByRole("navigation").getByRole("listitem");
    await names.first().waitFor();
    await expect.poll(() => page.title()).toBe("(1) Messages · Cruddur Messages");
    expect(await names.allTextContents()).toHaveLength(20);
    await expect
      .poll(async () => {
        await names.last().scrollIntoViewIfNeeded();
        return names.count();
      })
      .toBe(30);
    const texts = await names.allTextContents();
    const order = texts.map((text) => others.findIndex(({ handle }) => text.includes(handle)));
    expect(order).toEqual(Array.from({ length: 30 }, (_, index) => 29 - index));
  });

  test("on a phone, shows either the list or the conversation", async () => {
    const { a, b, message_group_uuid } = await createConversation(["hello"]);
    const page = await browser.openAs(a, { viewport: PHONE, hasTouch: true, isMobile: true });
    await page.getByRole("link", { name: new RegExp(b.display_name) }).tap();
    await page.waitForURL(`**/messages/${message_group_uuid}`);
    await page.getByRole("log").waitFor();
    expect(await page.getByRole("navigation").isVisible()).toBe(false);
    await page.getByRole("link", { name: /^Back/ }).tap();
    await page.getByRole("navigation").waitFor();
    expect(await page.getByRole("log").count()).toBe(0);
  });

  test("shows live what was read on another device", async () => {
    const { a, message_group_uuid } = await createConversation(["hello", "hi"]);
    const [laptop, phone] = [await browser.openAs(a), await browser.openAs(a, { viewport: PHONE })];
    const item = laptop.getByRole("navigation").getByRole("listitem").first();
    await item.getByText("1 unread").waitFor();
    await phone.goto(`/messages/${message_group_uuid}`);
    await item.getByText("unread").waitFor({ state: "detached" });
    await expect.poll(() => laptop.title()).toBe("Messages · Cruddur Messages");
  });

  test("shows a new name of a person without a reload", async () => {
    const { a, b, apiB } = await createConversation(["hello", "hi"]);
    const page = await browser.openAs(a);
    const item = page.getByRole("navigation").getByRole("listitem").first();
    await item.getByText(b.display_name).waitFor();
    await item.getByRole("link").click();
    await page.getByRole("heading", { level: 1, name: b.display_name }).waitFor();
    await apiB.users.update.mutate({ display_name: "Benjamin Renamed" });
    await item.getByText("Benjamin Renamed").waitFor();
    await page.getByRole("heading", { level: 1, name: "Benjamin Renamed" }).waitFor();
  });
});

describe("settings", () => {
  test("the name and the settings are kept after a reload", async () => {
    const person = await createPerson("Gita");
    const page = await browser.openAs(person);
    await page.getByRole("button", { name: "Account of Gita" }).click();
    await page.getByRole("menuitem", { name: "Settings" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Gita Govinda");
    await page.getByRole("button", { name: "Save name" }).click();
    await page.getByText("Your name was changed.").first().waitFor();
    const receipts = page.getByRole("switch", { name: "Read receipts" });
    const saved = page.waitForResponse(/\/trpc\/users\.update/);
    await receipts.click();
    await expect.poll(() => receipts.isChecked()).toBe(false);
    await page.getByText("Gita Govinda").first().waitFor();
    await saved;
    await page.reload();
    await page.getByText("Gita Govinda").first().waitFor();
    expect(await receipts.isChecked()).toBe(false);
    expect(await page.getByRole("switch", { name: "Typing" }).isChecked()).toBe(true);
  });
});
