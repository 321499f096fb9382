import { expect, test } from "vitest";
import { intercept } from "./intercept.ts";
import {
  createConversation,
  createPerson,
  deleteSnapshot,
  PHONE,
  settleFrames,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

test("a page that opens while the server cannot be reached says so, and continues by itself", async () => {
  const person = await createPerson("Hana");
  const page = await browser.openAs(person);
  await page.getByText("No messages yet").waitFor();
  const refresh = "**/session/refresh";
  const stop = await intercept(page, refresh, (route) => route.abort());
  await deleteSnapshot(page);
  await page.reload();
  await page.getByRole("heading", { name: "Can't connect to Cruddur" }).waitFor();
  stop();
  await page.getByText("No messages yet").waitFor();
});

test("a list that fails says why, and loads when the person tries again", async () => {
  const { a, b } = await createConversation(["hello"]);
  const page = await browser.openAs(a);
  await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
  const list = /\/trpc\/messageGroups\.list/;
  let reads = 0;
  page.on("requestfinished", (request) => {
    if (list.test(request.url())) reads += 1;
  });
  const stop = await intercept(page, list, (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/json",
      body: JSON.stringify([
        { error: { message: "x", code: -32603, data: { app_code: "not_found" } } },
      ]),
    }),
  );
  await page.reload();
  const failed = page.getByText("Your messages didn't load");
  await failed.waitFor();
  // The list is read again when the live connection opens, which fails as well.
  await expect.poll(() => reads).toBeGreaterThan(1);
  await settleFrames(page);
  await failed.waitFor();
  stop();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
});

test("an unknown person, oneself, and a conversation of others each have their message", async () => {
  const [person, { message_group_uuid }] = await Promise.all([
    createPerson("Iris"),
    createConversation(["not for Iris"]),
  ]);
  const page = await browser.openAs(person);
  const cases = [
    ["/messages/new/nobody-at-all", "Nobody has the handle @nobody-at-all."],
    [`/messages/@${person.handle}`, "You can't start a conversation with yourself."],
    [`/messages/${message_group_uuid}`, "You can't see this conversation."],
    ["/messages/not-a-uuid", "Page not found"],
  ] as const;
  for (const [path, sentence] of cases) {
    await page.goto(path);
    await page.getByText(sentence).first().waitFor();
  }
});

test("the search finds people by prefix and with a typo, loads more, and selects nobody by accident", async () => {
  const [me] = await Promise.all([
    createPerson("Searcher"),
    ...Array.from({ length: 14 }, (_, index) => createPerson(`Quillon ${index}`)),
  ]);
  const page = await browser.openAs(me);
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox");
  await field.fill("quill");
  const options = page.getByRole("option");
  await expect.poll(() => options.count()).toBeGreaterThanOrEqual(10);
  await expect
    .poll(async () => {
      await page.keyboard.press("ArrowDown");
      return options.count();
    })
    .toBeGreaterThanOrEqual(14);
  await field.fill("qillon");
  await options.filter({ hasText: "Quillon" }).first().waitFor();
  await field.fill("zzzzqqqq");
  await page.keyboard.press("Enter");
  await page.getByText("Nobody found.").waitFor();
  expect(new URL(page.url()).pathname).toBe("/messages");
});

test("on a phone, a conversation of others has a link back to the messages", async () => {
  const [{ a, b }, { message_group_uuid }] = await Promise.all([
    createConversation(["mine"]),
    createConversation(["not mine"]),
  ]);
  const page = await browser.openAs(a, { viewport: PHONE, hasTouch: true, isMobile: true });
  await page.goto(`/messages/${message_group_uuid}`);
  await page.getByRole("heading", { name: "No such conversation" }).waitFor();
  await page.getByRole("link", { name: "Go to your messages" }).tap();
  await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
});

test("on a slow network, outlines are shown until the content is loaded", async () => {
  const { a, b, message_group_uuid } = await createConversation(["hello"]);
  const page = await browser.openAs(a);
  await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/trpc/**", async (route) => {
    await released;
    await route.continue().catch(() => {});
  });
  await page.goto(`/messages/${message_group_uuid}`);
  const outlines = page.locator("[class*=skeleton]");
  await expect.poll(() => outlines.count()).toBeGreaterThan(5);
  expect(await page.getByText("hello").count()).toBe(0);
  release();
  await page.getByRole("log").getByText("hello").waitFor();
  await expect.poll(() => outlines.count()).toBe(0);
});

test("when a part of the page fails, the rest stays, and the draft is there after a reload", async () => {
  const { a, message_group_uuid } = await createConversation(["hello", "hi"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await page.getByRole("log").getByText("hi", { exact: true }).waitFor();
  await page.getByRole("textbox").fill("half a thought");
  const list = /\/trpc\/[^?]*messages\.list/;
  const stop = await intercept(page, list, async (route) => {
    const response = await route.fetch();
    // Intl cannot format this time, so rendering throws.
    const body = (await response.text()).replaceAll(/"created_at":"[^"]*"/g, '"created_at":"?"');
    await route.fulfill({ response, body });
  });
  await page.reload();
  await page.getByText("Something went wrong on this page").waitFor();
  await page.getByText("Your drafts and unsent messages are saved.").waitFor();
  await page.getByRole("navigation").getByRole("listitem").first().waitFor();
  stop();
  await page.getByRole("button", { name: "Reload the page" }).click();
  await page.getByRole("log").getByText("hi", { exact: true }).waitFor();
  await expect.poll(() => page.getByRole("textbox").inputValue()).toBe("half a thought");
});
