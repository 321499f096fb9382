import type { Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { intercept } from "./intercept.ts";
import {
  createConversation,
  createPerson,
  DESKTOP,
  expectNoSideScroll,
  findAxeViolations,
  PHONE,
  settle,
  settleColours,
  settleFrames,
  signIn,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

const DEVICES = [
  { device: "desktop", viewport: DESKTOP },
  { device: "phone", viewport: PHONE, hasTouch: true, isMobile: true },
] as const;

/** The public pages, each with a text that shows that it is loaded. */
const PUBLIC_PAGES = [
  ["/sign-in", "Sign in"],
  ["/sign-up", "Create an account"],
  ["/confirm?handle=x", "Check your email"],
  ["/forgot", "Forgotten password"],
] as const;

const CREATE = "**/trpc/messages.create**";
const refuse = (route: Route) =>
  route.fulfill({
    status: 422,
    contentType: "application/json",
    body: JSON.stringify([
      { error: { message: "x", code: -32600, data: { app_code: "message_exceed_max_bytes" } } },
    ]),
  });

describe.each(DEVICES)("on a $device", ({ device: _, ...options }) => {
  test("no page violates WCAG 2.2 AA, in light and dark mode", async () => {
    const { a, b, message_group_uuid } = await createConversation([
      "hello",
      "a long answer ".repeat(40),
      "https://example.com/a?b=c",
    ]);
    const stranger = await createPerson("Zoe Zimmer");
    const page = await browser.open(options);
    const found: Record<string, string[]> = {};
    const check = async (name: string) => {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await settleColours(page);
        const violations = await findAxeViolations(page);
        if (violations.length > 0) found[`${name}, ${colorScheme}`] = violations;
      }
    };
    for (const [path, text] of PUBLIC_PAGES) {
      await page.goto(path);
      await settle(page, text);
      await check(path);
    }
    await page.goto("/messages");
    await signIn(page, a);
    await settle(page, b.display_name);
    await check("/messages");
    const pages = [
      [`/messages/${message_group_uuid}`, "hello"],
      [`/messages/new/${stranger.handle}`, "This is the start"],
      ["/messages/new/nobody-here", "Nobody found"],
      ["/messages/00000000-0000-4000-8000-000000000000", "No such conversation"],
      ["/settings", "Privacy"],
      ["/nowhere", "Page not found"],
    ] as const;
    for (const [path, text] of pages) {
      await page.goto(path);
      await settle(page, text);
      await check(path);
    }
    await page.goto("/messages");
    await page.getByRole("button", { name: "New message" }).first().click();
    await page.getByRole("combobox").fill(stranger.handle);
    await page.getByRole("option").first().waitFor();
    await settle(page, stranger.display_name);
    await check("people search");

    await page.goto(`/messages/${message_group_uuid}`);
    await settle(page, "hello");
    await page.route(CREATE, refuse);
    await page.getByRole("textbox").fill("refused");
    await page.keyboard.press("Control+Enter");
    await settle(page, "Not sent");
    await check("a message that wasn't sent");
    await page.getByRole("button", { name: "Conversation menu" }).click();
    await settle(page, "Copy link to conversation");
    await check("an open menu");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Jump to date" }).first().click();
    await settle(page, "Day");
    await check("jump to date");
    expect(found).toEqual({});
  });
});

test("no page scrolls sideways at a width of 320 px", async () => {
  const { a, b, message_group_uuid } = await createConversation([
    "x".repeat(1_000),
    "https://example.com/".padEnd(900, "long"),
  ]);
  const options = { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true };
  const page = await browser.openAs(a, options);
  await settle(page, b.display_name);
  await expectNoSideScroll(page);
  for (const [path, text] of [
    [`/messages/${message_group_uuid}`, "https://example.com/"],
    [`/messages/new/${a.handle}`, "You can't start a conversation with yourself."],
    ["/settings", "Privacy"],
    ["/nowhere", "Page not found"],
  ] as const) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await settle(page, text);
    await expectNoSideScroll(page);
  }
  const signedOut = await browser.open(options);
  for (const [path, text] of PUBLIC_PAGES) {
    await signedOut.goto(path);
    await settle(signedOut, text);
    await expectNoSideScroll(signedOut);
  }
});

test("on a 4K screen, lines are short enough to read and nothing scrolls sideways", async () => {
  const { a, message_group_uuid } = await createConversation(["one", "a long answer ".repeat(70)]);
  const page = await browser.openAs(a, {
    path: `/messages/${message_group_uuid}`,
    viewport: { width: 3840, height: 2160 },
  });
  await page.getByRole("log").getByText("a long answer").waitFor();
  await expectNoSideScroll(page);
  const widths = await page
    .locator("[role=log] li[data-state] div[dir=auto], textarea")
    .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().width));
  expect(Math.max(...widths)).toBeLessThanOrEqual(720);
});

describe("by keyboard alone", () => {
  test("a person can sign in, find a person, write, retry and change conversations without losing the focus", async () => {
    const { a, b } = await createConversation(["hello"]);
    const zoe = await createPerson("Zoe Zimmer");
    const page = await browser.open();
    await page.goto("/sign-in");
    await page.getByLabel("Handle or email").waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.tagName ?? "BODY");
    await page.getByRole("link", { name: "Cruddur Messages" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.type(a.handle);
    await page.keyboard.press("Tab");
    await page.keyboard.type(a.password);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/messages");
    await expect.poll(focused).not.toBe("BODY");

    await page.keyboard.press("Control+k");
    // A misspelled handle finds its owner too.
    const typed = zoe.handle.slice(0, -1);
    const answered = page.waitForResponse((response) => response.url().includes(`%22${typed}%22`));
    await page.keyboard.type(typed);
    await answered;
    await page
      .getByRole("option", { name: /Zoe Zimmer/ })
      .first()
      .waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/messages/new/${zoe.handle}`);
    await expect.poll(focused).toBe("TEXTAREA");
    await page.keyboard.type("Hello Zoe");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/messages\/[0-9a-f-]{36}$/);
    await expect.poll(focused).toBe("TEXTAREA");
    await page.getByRole("log").getByText("Hello Zoe").waitFor();

    await page.keyboard.press("Alt+ArrowDown");
    await page.getByRole("heading", { level: 1, name: b.display_name }).waitFor();
    await expect.poll(focused).toBe("TEXTAREA");
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByRole("heading", { level: 1, name: "Zoe Zimmer" }).waitFor();

    // A refused message is sent again from its row, which is one tab stop away.
    const accept = await intercept(page, CREATE, refuse);
    await page.keyboard.type("Refused at first");
    await page.keyboard.press("Enter");
    const row = page.locator("[role=log] li", { hasText: "Refused at first" });
    await row.getByText("Not sent").waitFor();
    await expect
      .poll(() => page.getByTestId("announcer-assertive").textContent())
      .toContain("Message not sent");
    accept();
    await page.keyboard.press("Shift+Tab");
    await expect.poll(focused).toBe("LI");
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Try again" }).waitFor();
    await expect.poll(focused).toBe("BUTTON");
    await page.keyboard.press("Enter");
    await expect.poll(() => row.getAttribute("data-state")).toBe("sent");
    await expect.poll(focused).not.toBe("BODY");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("TEXTAREA");

    await page.keyboard.press("F6");
    await expect.poll(focused).toBe("A");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("TEXTAREA");
  });

  test("after a reload the caret is at the end of the draft, and on a phone the field is not focused", async () => {
    const { a, message_group_uuid } = await createConversation(["hello"]);
    const path = `/messages/${message_group_uuid}`;
    const phone = { viewport: PHONE, hasTouch: true, isMobile: true };
    const [page, touch] = await Promise.all([
      browser.openAs(a, { path }),
      browser.openAs(a, { path, ...phone }),
    ]);
    const field = page.getByRole("textbox");
    await field.fill("half");
    await Promise.all([page.reload(), touch.reload()]);
    await expect
      .poll(() => field.evaluate((element) => element === document.activeElement))
      .toBe(true);
    await expect.poll(() => field.inputValue()).toBe("half");
    await page.keyboard.type(" a thought");
    expect(await field.inputValue()).toBe("half a thought");
    await touch.getByRole("log").getByText("hello").waitFor();
    await touch.getByRole("textbox").waitFor();
    await settleFrames(touch);
    expect(await touch.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
  });

  test("closing the search returns the focus, and the first Tab offers to skip the list", async () => {
    const { a, b } = await createConversation(["hello"]);
    const page = await browser.openAs(a);
    await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
    const compose = page.getByRole("button", { name: "New message" }).first();
    await compose.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("combobox").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("combobox").waitFor({ state: "detached" });
    expect(await compose.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.reload();
    await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
      "Skip to the conversation",
    );
  });
});

test("a screen reader announces a live message once, and neither old nor own messages", async () => {
  const { a, b, apiB, message_group_uuid } = await createConversation(["old one", "old two"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await page.getByRole("log").getByText("old two").waitFor();
  await page.evaluate(() => {
    const region = document.querySelector("[data-testid=announcer-polite]");
    const spoken: string[] = [];
    Object.assign(window, { spoken });
    new MutationObserver(() => spoken.push(region?.textContent ?? "")).observe(region as Node, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await page.getByRole("textbox").fill("my own");
  await page.keyboard.press("Enter");
  await page.getByRole("log").getByText("my own").waitFor();
  await apiB.send({ handle: a.handle }, "a live one");
  await page.getByRole("log").getByText("a live one").waitFor();
  // Any other announcement of the first message would come before that of the second.
  await apiB.send({ handle: a.handle }, "another");
  const heard = [`${b.display_name}: a live one`, `${b.display_name}: another`];
  await expect.poll(() => page.getByTestId("announcer-polite").textContent()).toBe(heard[1]);
  const spoken = await page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  expect(spoken).toEqual(heard);
});
