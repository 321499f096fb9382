import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { createConversation, createPerson, PHONE, settle, useBrowser } from "./support.ts";

const browser = useBrowser();
const PHONE_DEVICE = { viewport: PHONE, hasTouch: true, isMobile: true };

const pathOf = (page: Page) => new URL(page.url()).pathname;
const focused = (page: Page) => page.evaluate(() => document.activeElement?.tagName);

describe("Back", () => {
  test("closes a dialog and stays on the page, and closing it by hand leaves no step behind", async () => {
    const { a, message_group_uuid } = await createConversation(["hello"]);
    const page = await browser.openAs(a);
    await page.getByRole("navigation").getByRole("listitem").first().click();
    await page.getByRole("log").getByText("hello").waitFor();
    const dialog = page.getByRole("dialog");
    for (const close of [() => page.goBack(), () => page.keyboard.press("Escape")]) {
      await page.keyboard.press("Control+k");
      await dialog.waitFor();
      await close();
      await dialog.waitFor({ state: "detached" });
      expect(pathOf(page)).toBe(`/messages/${message_group_uuid}`);
    }
    await page.waitForFunction(() => history.state?.layer === undefined);
    await page.goBack();
    await expect.poll(() => pathOf(page)).toBe("/messages");
  });

  test("leads out of the settings at once, whichever of their sections was chosen", async () => {
    const page = await browser.openAs(await createPerson("Ana Alvarez"), { viewport: PHONE });
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Your data" }).waitFor();
    const sections = page.getByRole("navigation", { name: "Sections" });
    for (const name of ["Your data", "Privacy"]) {
      await sections.getByRole("link", { name }).click();
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
    }
    const top = (role: "heading" | "navigation", name: string) =>
      page.getByRole(role, { name }).evaluate((element) => element.getBoundingClientRect().top);
    expect(await top("navigation", "Sections")).toBe(0);
    expect(await top("heading", "Privacy")).toBeGreaterThan(44);
    await page.goBack();
    await expect.poll(() => pathOf(page)).toBe("/messages");
  });

  test("a person found by the search takes the search's place in the history", async () => {
    const { a, b } = await createConversation(["hello"]);
    const page = await browser.openAs(a);
    await settle(page, b.display_name);
    await page.keyboard.press("Control+k");
    await page.getByRole("option").first().click();
    await page.getByRole("log").getByText("hello").waitFor();
    await page.goBack();
    await expect.poll(() => pathOf(page)).toBe("/messages");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("the arrow of a conversation goes back, so that the phone's Back does not return to it", async () => {
    const { a, b } = await createConversation(["hello"]);
    const page = await browser.openAs(a, PHONE_DEVICE);
    await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
    const entries = () => page.evaluate(() => history.length);
    await page.getByRole("link", { name: new RegExp(b.display_name) }).tap();
    await page.getByRole("log").waitFor();
    const before = await entries();
    for (let i = 0; i < 3; i += 1) {
      await page.getByRole("link", { name: /^Back/ }).tap();
      await page.getByRole("navigation").waitFor();
      await page.getByRole("link", { name: new RegExp(b.display_name) }).tap();
      await page.getByRole("log").waitFor();
    }
    expect(await entries()).toBe(before);
  });

  test("the arrow of the settings leads to the conversation one came from, also after a reload", async () => {
    const { a, message_group_uuid } = await createConversation(["hello"]);
    const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Settings" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.reload();
    await page.getByRole("link", { name: "Back to messages" }).click();
    await expect.poll(() => pathOf(page)).toBe(`/messages/${message_group_uuid}`);
  });
});

describe("people search", () => {
  test("remembers Enter while the results are on their way", async () => {
    const [me, zoe] = await Promise.all([createPerson("Searcher"), createPerson("Zoe Zimmer")]);
    const page = await browser.openAs(me);
    await settle(page, "No messages yet");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await page.keyboard.type(zoe.handle);
    await page.keyboard.press("Enter");
    await expect.poll(() => pathOf(page)).toBe(`/messages/new/${zoe.handle}`);
  });

  test("says that one is offline, and finds the people one knows", async () => {
    const { a, b } = await createConversation(["hello"]);
    const page = await browser.openAs(a);
    await settle(page, b.display_name);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await page.context().setOffline(true);
    await page.getByRole("combobox").fill("nobody like this");
    await page.getByText("You're offline. Nobody you know has that name.").waitFor();
    await page.getByRole("combobox").fill("ben");
    await page.getByText("You're offline. These are people you know.").waitFor();
    await page.getByRole("option", { name: /Ben Brook/ }).waitFor();
    await page.context().setOffline(false);
    await page.getByText(/^\d+\+? (person|people)$/).waitFor();
  });
});

describe("a conversation", () => {
  test("opened by its person's handle is read once", async () => {
    const { a, b, message_group_uuid } = await createConversation(["hello"]);
    const page = await browser.openAs(a, { path: "/settings" });
    let reads = 0;
    page.on("request", (request) => {
      const asked = decodeURIComponent(request.url());
      reads += asked.split("messageGroups.get").length - 1;
    });
    await page.goto(`/messages/new/${b.handle}`);
    await page.waitForURL(`**/messages/${message_group_uuid}`);
    await page.getByRole("log").getByText("hello").waitFor();
    expect(reads).toBe(1);
  });

  test("with oneself is not shown in the inbox", async () => {
    const person = await createPerson("Iris");
    const page = await browser.openAs(person, { path: `/messages/new/${person.handle}` });
    await settle(page, "You can't start a conversation with yourself.");
    expect(await page.getByText("New conversation").count()).toBe(0);
  });

  test("opened at a message shows the end after a send and a reload", async () => {
    const { a, apiA, message_group_uuid } = await createConversation(["hello", "hi"]);
    const { items } = await apiA.messages.list.query({ message_group_uuid });
    const page = await browser.openAs(a, {
      path: `/messages/${message_group_uuid}?message=${items[0]?.uuid}`,
    });
    await page.getByRole("log").getByText("hello").waitFor();
    await page.getByRole("textbox").fill("an answer");
    await page.keyboard.press("Enter");
    await page.locator("li[data-state=sent]", { hasText: "an answer" }).waitFor();
    expect(new URL(page.url()).search).toBe("");
  });

  test("keeps the focus when the button that jumps to the latest message goes away", async () => {
    const lines = Array.from(
      { length: 40 },
      (_, index) => `line ${index} ${"and more ".repeat(20)}`,
    );
    const { a, message_group_uuid } = await createConversation(lines);
    for (const options of [{}, PHONE_DEVICE]) {
      const page = await browser.openAs(a, { ...options, path: `/messages/${message_group_uuid}` });
      await page.getByRole("log").getByText("line 39").waitFor();
      await page.getByRole("log").evaluate((log) => {
        log.scrollTop = 0;
      });
      const jump = page.getByRole("button", { name: /^Jump to latest/ });
      await jump.focus();
      await page.keyboard.press("Enter");
      await jump.waitFor({ state: "detached" });
      expect(await focused(page)).toBe("isMobile" in options ? "DIV" : "TEXTAREA");
    }
  });
});

test("the number of unread messages stays in the title while the settings are open", async () => {
  const { a, b, apiB } = await createConversation(["hello", "hi"]);
  const page = await browser.openAs(a);
  await settle(page, b.display_name);
  await expect.poll(() => page.title()).toMatch(/^\(1\) /);
  await page.goto("/settings");
  await expect.poll(() => page.title()).toBe("(1) Settings · Cruddur Messages");
  await apiB.send({ handle: a.handle }, "another");
  await expect.poll(() => page.title()).toBe("(2) Settings · Cruddur Messages");
});

test("after a deep link, the first empty field of the sign-in page has the focus", async () => {
  const { a, message_group_uuid } = await createConversation(["hello"]);
  const page = await browser.open();
  await page.goto(`/messages/${message_group_uuid}`);
  await page.getByLabel("Handle or email").waitFor();
  await expect.poll(() => focused(page)).toBe("INPUT");
  await page.keyboard.type(a.handle);
  expect(await page.getByLabel("Handle or email").inputValue()).toBe(a.handle);
});

test("on a phone, Enter writes a new line and the button sends", async () => {
  const { a, message_group_uuid } = await createConversation(["hello"]);
  const page = await browser.openAs(a, {
    ...PHONE_DEVICE,
    path: `/messages/${message_group_uuid}`,
  });
  const field = page.getByRole("textbox");
  await field.tap();
  await page.keyboard.type("one");
  await page.keyboard.press("Enter");
  await page.keyboard.type("two");
  expect(await field.inputValue()).toBe("one\ntwo");
  expect(await field.getAttribute("enterkeyhint")).toBe("enter");
  await page.getByRole("button", { name: "Send" }).tap();
  await page.locator("li[data-state=sent]", { hasText: "two" }).waitFor();
});
