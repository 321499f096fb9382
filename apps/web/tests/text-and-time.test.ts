import { describe, expect, test } from "vitest";
import { createConversation, expectNoSideScroll, useBrowser } from "./support.ts";

const browser = useBrowser();

async function openConversation(options: Parameters<typeof browser.openAs>[1] = {}) {
  const talk = await createConversation(["one", "two"]);
  const path = `/messages/${talk.message_group_uuid}`;
  const page = await browser.openAs(talk.a, { ...options, path });
  await page.getByRole("log").getByText("two").waitFor();
  return { ...talk, page };
}

describe("text", () => {
  test("emoji are counted as people count them: 1,024 are accepted, 1,025 are not, and the form shows the count", async () => {
    const { page } = await openConversation();
    const field = page.getByRole("textbox");
    await field.fill("👍🏽".repeat(1_000));
    await page.getByText("24 characters left").waitFor();
    await field.fill("😀".repeat(1_025));
    await page.getByText("1 character too many. Shorten the message.").waitFor();
    await page.getByText("\u22121", { exact: true }).waitFor();
    await field.press("Enter");
    expect(await field.inputValue()).not.toBe("");
    await field.fill("😀".repeat(1_024));
    await page.getByText("0 characters left").waitFor();
    await field.press("Enter");
    const row = page.locator("[role=log] li[data-state=sent]", { hasText: "😀" });
    await row.waitFor();
    expect(await row.locator("div[dir=auto]").textContent()).toBe("😀".repeat(1_024));
  });

  test("right-to-left text keeps its direction, and neither it nor long words widen the page of a phone", async () => {
    const { page, apiB, a } = await openConversation({ viewport: { width: 320, height: 640 } });
    const texts = ["مرحبا، كيف حالك؟", "Hello again", "a".repeat(1_024), "שלום 👋 world"];
    for (const text of texts) await apiB.send({ handle: a.handle }, text);
    const bubble = (text: string) => page.getByRole("log").getByText(text, { exact: true });
    for (const text of texts) await bubble(text).waitFor();
    const direction = (text: string) =>
      bubble(text).evaluate((element) => getComputedStyle(element).direction);
    expect(await Promise.all(texts.map(direction))).toEqual(["rtl", "ltr", "ltr", "rtl"]);
    await expectNoSideScroll(page);
  });

  test("markup is shown as text, and only http and https addresses can be clicked", async () => {
    const { page, apiB, a } = await openConversation();
    const text =
      "<img src=x onerror=alert(1)> javascript:alert(1) data:text/html,x https://example.com/?q=1&r=2";
    await apiB.send({ handle: a.handle }, text);
    const row = page.locator("[role=log] li", { hasText: "onerror" });
    await row.waitFor();
    expect(await row.locator("div[dir=auto]").textContent()).toBe(text);
    expect(await row.locator("img").count()).toBe(0);
    const hrefs = row
      .locator("a")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    expect(await hrefs).toEqual(["https://example.com/?q=1&r=2"]);
  });
});

describe("time", () => {
  test.each([
    ["an hour fast", 3_600_000],
    ["a day slow", -86_400_000],
  ])("a device's clock that is %s makes no message old or from the future", async (_, wrongMs) => {
    const { a, apiB, message_group_uuid } = await createConversation(["one"]);
    const page = await browser.open();
    await page.clock.setFixedTime(Date.now() + wrongMs);
    await page.goto(`/messages/${message_group_uuid}`);
    await page.getByLabel("Handle or email").fill(a.handle);
    await page.getByLabel("Password").fill(a.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("log").getByText("one").waitFor();
    await apiB.send({ handle: a.handle }, "just now");
    const item = page.getByRole("navigation").getByRole("listitem").first();
    await item.getByText("just now").waitFor();
    expect(await item.locator("time").getAttribute("title")).toMatch(/^(now|[0-3]m) · /);
    expect(await item.locator("time").textContent()).toMatch(/^\d\d:\d\d$/);
    await page.getByRole("textbox").fill("mine");
    await page.keyboard.press("Enter");
    await page.locator("[role=log] li[data-state=sent]", { hasText: "mine" }).waitFor();
    const days = await page.locator("[role=log] li > time").allTextContents();
    expect(days.at(-1)).toBe("Today");
  });

  test("is in the viewer's time zone, with the full date on hover and for screen readers", async () => {
    const { a, apiA, message_group_uuid } = await createConversation(["one"]);
    const { items } = await apiA.messages.list.query({ message_group_uuid });
    const sentAt = new Date(items[0]?.created_at ?? "");
    for (const timeZone of ["Pacific/Tongatapu", "America/Los_Angeles"]) {
      const page = await browser.openAs(a, {
        path: `/messages/${message_group_uuid}`,
        timezoneId: timeZone,
      });
      const time = page.locator("[role=log] li[data-state] time");
      await time.waitFor();
      const full = new Intl.DateTimeFormat("en-GB", {
        timeZone,
        dateStyle: "full",
        timeStyle: "short",
      }).format(sentAt);
      expect(await time.getAttribute("title")).toBe(full);
      expect(await time.locator(".visually-hidden").textContent()).toBe(full);
      const short = new Intl.DateTimeFormat("en-GB", {
        timeZone,
        timeStyle: "short",
      }).format(sentAt);
      expect(await time.locator("[aria-hidden]").textContent()).toBe(short);
    }
  });
});
