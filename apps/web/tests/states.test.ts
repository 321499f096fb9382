import { expect, test } from "vitest";
import { createConversation, createPerson, PHONE, settleFrames, useBrowser } from "./support.ts";

const browser = useBrowser();

test("a page opened while the server is out of reach says so, and goes on by itself", async () => {
  const person = await createPerson("Hana");
  const page = await browser.openAs(person);
  await page.getByText("No messages yet").waitFor();
  const refresh = "**/session/refresh";
  await page.route(refresh, (route) => route.abort());
  await page.reload();
  await page.getByRole("heading", { name: "Can't reach Cruddur" }).waitFor();
  await page.unroute(refresh);
  await page.getByText("No messages yet").waitFor();
});

test("a list that fails says why in words, and loads when asked again", async () => {
  const { a, b } = await createConversation(["hello"]);
  const page = await browser.openAs(a);
  await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
  const list = /\/trpc\/messageGroups\.list/;
  let reads = 0;
  page.on("requestfinished", (request) => {
    if (list.test(request.url())) reads += 1;
  });
  await page.route(list, (route) =>
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
  // The live stream's start reads the list once more, which fails as well.
  await expect.poll(() => reads).toBeGreaterThan(1);
  await settleFrames(page);
  await failed.waitFor();
  await page.unroute(list);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
});

test("a person who doesn't exist, oneself, a foreign conversation: each has its words", async () => {
  const [person, { message_group_uuid }] = await Promise.all([
    createPerson("Iris"),
    createConversation(["not for Iris"]),
  ]);
  const page = await browser.openAs(person);
  const cases = [
    ["/messages/new/nobody-at-all", "There is nobody with the handle @nobody-at-all."],
    [`/messages/@${person.handle}`, "You can't start a conversation with yourself."],
    [`/messages/${message_group_uuid}`, "You can't see this conversation."],
    ["/messages/not-a-uuid", "There is no page here"],
  ] as const;
  for (const [path, words] of cases) {
    await page.goto(path);
    await page.getByText(words).first().waitFor();
  }
});

test("the search finds by prefix and by typo, loads on, and takes nobody by accident", async () => {
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

test("without access on a phone there is a way back to one's messages", async () => {
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

test("on a slow network outlines stand where the content will be, and give way to it", async () => {
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

test("when a part of the page breaks, the rest stays, and the draft is there after a reload", async () => {
  const { a, message_group_uuid } = await createConversation(["hello", "hi"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await page.getByRole("log").getByText("hi", { exact: true }).waitFor();
  await page.getByRole("textbox").fill("half a thought");
  const list = /\/trpc\/[^?]*messages\.list/;
  await page.route(list, async (route) => {
    const response = await route.fetch();
    // No time that Intl could format: rendering throws.
    const body = (await response.text()).replaceAll(/"created_at":"[^"]*"/g, '"created_at":"?"');
    await route.fulfill({ response, body });
  });
  await page.reload();
  await page.getByText("Something broke on this page").waitFor();
  await page.getByText("Your drafts and unsent messages are kept.").waitFor();
  await page.getByRole("navigation").getByRole("listitem").first().waitFor();
  await page.unroute(list);
  await page.getByRole("button", { name: "Reload the page" }).click();
  await page.getByRole("log").getByText("hi", { exact: true }).waitFor();
  await expect.poll(() => page.getByRole("textbox").inputValue()).toBe("half a thought");
});
