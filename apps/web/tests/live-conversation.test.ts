import type { Page, Request } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
  apiOf,
  createConversation,
  createPerson,
  expectNoSideScroll,
  findAxeViolations,
  settleColours,
  signIn,
  startProxiedServer,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

const rows = (page: Page) =>
  page.locator("[role=log] li[data-state] div[dir=auto]").allTextContents();

/** Records the texts of the polite live region from now on. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said: string[] = [];
    const region = document.querySelector("[data-testid=announcer-polite]");
    if (!region) throw new Error("no live region");
    new MutationObserver(() => said.push(region.textContent ?? "")).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    Object.assign(window, { said });
  });
  return () => page.evaluate(() => (window as unknown as { said: string[] }).said);
}

describe("an open conversation", () => {
  test("announces live messages of other people once, and nothing else", async () => {
    const { a, apiB, message_group_uuid } = await createConversation(["one", "two", "three"]);
    const page = await browser.openAs(a, { path: "/messages" });
    await page.locator("#conversations li a").first().waitFor();
    const said = await listen(page);
    await page.locator("#conversations li a").first().click();
    await page.getByRole("log").getByText("three").waitFor();
    await page.getByRole("textbox").fill("my own");
    await page.keyboard.press("Enter");
    await page.locator("li[data-state=sent]", { hasText: "my own" }).waitFor();
    expect(await said()).toEqual([]);
    await apiB.send({ message_group_uuid }, "heard once");
    await page.getByRole("log").getByText("heard once").waitFor();
    // Any other announcement of the first message would come before that of the second.
    await apiB.send({ message_group_uuid }, "heard next");
    await expect.poll(async () => (await said()).at(-1)).toBe("Ben Brook: heard next");
    expect(await said()).toEqual(["Ben Brook: heard once", "Ben Brook: heard next"]);
  });

  test("keeps the line above unread messages while they are read, and has none at the next visit", async () => {
    const { a, apiA, apiB, message_group_uuid } = await createConversation(["one", "two"]);
    const { items } = await apiA.messages.list.query({ message_group_uuid });
    const message_uuid = items.at(-1)?.uuid ?? "";
    await apiA.messageGroups.markRead.mutate({ message_group_uuid, message_uuid });
    await apiB.send({ message_group_uuid }, "unread");
    const path = `/messages/${message_group_uuid}`;
    const page = await browser.openAs(a, { path });
    await page.getByText("New messages").waitFor();
    const unread = async () =>
      (await apiA.messageGroups.get.query({ message_group_uuid })).unread_count;
    await expect.poll(unread).toBe(0);
    expect(await page.getByText("New messages").count()).toBe(1);
    await page.goto("/messages");
    await page.goto(path);
    await page.getByRole("log").getByText("unread").waitFor();
    expect(await page.getByText("New messages").count()).toBe(0);
  });

  test("shows when the other has seen a message, and when they are typing", async () => {
    const { a, b, message_group_uuid } = await createConversation(["one", "two"]);
    const path = `/messages/${message_group_uuid}`;
    const [first, second] = [await browser.openAs(a, { path }), await browser.openAs(b, { path })];
    await second.getByRole("log").getByText("two").waitFor();
    await first.getByRole("log").getByText("two").waitFor();
    // Sent again every three seconds, because the first signal may come before the connection is open.
    await expect
      .poll(async () => {
        await second.getByRole("textbox").pressSequentially("hm");
        return first.getByText("Ben Brook is typing…").count();
      })
      .toBe(1);
    await first.getByRole("textbox").fill("did you see?");
    await first.keyboard.press("Enter");
    await first
      .locator("li", { hasText: "did you see?" })
      .getByText("Seen", { exact: true })
      .waitFor();
  });

  test("with receipts and typing signals turned off, shows and sends neither, for both people", async () => {
    const { a, b, apiB, message_group_uuid } = await createConversation(["one", "two"]);
    await apiB.users.update.mutate({ read_receipts: false, typing_indicators: false });
    const path = `/messages/${message_group_uuid}`;
    const [first, second] = [await browser.openAs(a, { path }), await browser.openAs(b, { path })];
    for (const page of [first, second]) await page.getByRole("log").getByText("two").waitFor();
    for (const [writer, reader, text] of [
      [first, second, "from the one who shows"],
      [second, first, "from the one who hides"],
    ] as const) {
      await writer.getByRole("textbox").pressSequentially(text);
      expect(await reader.getByText("is typing").count()).toBe(0);
      await writer.keyboard.press("Enter");
      await reader.getByRole("log").getByText(text).waitFor();
    }
    const unread = async () =>
      (await apiB.messageGroups.get.query({ message_group_uuid })).unread_count;
    await expect.poll(unread).toBe(0);
    // Events arrive in order: a receipt would be here before this message.
    await apiB.send({ message_group_uuid }, "after the reads");
    for (const page of [first, second]) {
      await page.getByRole("log").getByText("after the reads").waitFor();
      expect(await page.getByText("Seen", { exact: true }).count()).toBe(0);
      await page.reload();
      await page.getByRole("log").getByText("from the one who hides").waitFor();
      expect(await page.getByText("Seen", { exact: true }).count()).toBe(0);
    }
  });

  test("that was open before is shown at once, without an answer of the server", async () => {
    const { a, b, message_group_uuid } = await createConversation(["kept at hand"]);
    const other = await createPerson("Olga");
    await (await apiOf(other)).send({ handle: a.handle }, "elsewhere");
    const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
    await page.getByRole("log").getByText("kept at hand").waitFor();
    await page.getByRole("link", { name: /Olga/ }).click();
    await page.getByRole("log").getByText("elsewhere").waitFor();
    await page.route("**/trpc/messages.list**", () => {});
    await page.route("**/trpc/messageGroups.get**", () => {});
    await page.getByRole("link", { name: new RegExp(b.display_name) }).click();
    await page.getByRole("log").getByText("kept at hand").waitFor();
  });

  test("opens at a linked message and highlights it, and only safe links are clickable", async () => {
    const { a, apiA, apiB, message_group_uuid } = await createConversation(["one", "two"]);
    const linked = await apiB.send(
      { message_group_uuid },
      "see https://example.com/a_(b). not javascript:alert(1)",
    );
    for (let i = 0; i < 60; i += 1) await apiA.send({ message_group_uuid }, `filler ${i}`);
    const path = `/messages/${message_group_uuid}?message=${linked.uuid}`;
    const page = await browser.openAs(a, { path });
    const row = page.locator(`li[data-uuid="${linked.uuid}"]`);
    await row.waitFor();
    const place = await row.evaluate((element) => {
      const view = element.closest("[role=log]") as HTMLElement;
      return element.getBoundingClientRect().top - view.getBoundingClientRect().top;
    });
    expect(place).toBeGreaterThan(0);
    const links = row.getByRole("link");
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute("href")).toBe("https://example.com/a_(b)");
    expect(await links.getAttribute("rel")).toContain("noopener noreferrer");
  });

  test("tells a person who is not a member that it cannot be seen", async () => {
    const { message_group_uuid } = await createConversation(["one"]);
    const other = await createConversation(["x"]);
    const page = await browser.openAs(other.a, { path: `/messages/${message_group_uuid}` });
    await page.getByRole("heading", { name: "No such conversation" }).waitFor();
  });

  test("has no accessibility violation in light and dark mode, down to a width of 320 px", async () => {
    const long = `w${"w".repeat(1_000)}`;
    const { a, message_group_uuid } = await createConversation(["one", long, "مرحبا", "😀"]);
    const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
    await page.getByRole("log").getByText("مرحبا").waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await settleColours(page);
      expect(await findAxeViolations(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSideScroll(page);
  });
});

test("a lost connection is shown after eight seconds and not after two, nothing moves, and the gap is filled", async () => {
  await using server = await startProxiedServer();
  const { a, apiB, message_group_uuid } = await createConversation(["one", "two"]);
  const page = await browser.open({ baseURL: server.url });
  // When the live connection is open, this test controls the time in the page.
  await page.clock.install();
  await page.goto(`/messages/${message_group_uuid}`);
  await signIn(page, a);
  await page.getByRole("log").getByText("two").waitFor();
  await apiB.send({ message_group_uuid }, "while live");
  await page.getByRole("log").getByText("while live").waitFor();
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
  const isLive = (request: Request) => request.url().includes("live.events");
  /** Cuts the connection. Resolves when the page has noticed. */
  const cut = async () => {
    const noticed = page.waitForEvent("requestfailed", isLive);
    server.proxy.cut();
    await noticed;
  };
  const waitForText = (text: string) =>
    expect
      .poll(async () => {
        await page.clock.runFor(1);
        return page.getByRole("log").getByText(text, { exact: true }).count();
      })
      .toBe(1);
  const pill = page.getByTestId("connection-pill");
  const layout = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("header, [role=log], form")].map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [x, y, width, height].join(" ");
      }),
    );

  await cut();
  await apiB.send({ message_group_uuid }, "missed by a little");
  await page.clock.runFor(2_000);
  expect(await pill.count()).toBe(0);
  server.proxy.resume();
  // The next attempt to connect comes within two seconds.
  let isRetried = false;
  page.on("request", (request) => {
    isRetried ||= isLive(request);
  });
  for (let ms = 0; ms < 2_500 && !isRetried; ms += 100) await page.clock.runFor(100);
  await waitForText("missed by a little");
  expect(await pill.count()).toBe(0);

  const before = await layout();
  await cut();
  for (const text of ["missed 1", "missed 2", "missed 3"]) {
    await apiB.send({ message_group_uuid }, text);
  }
  await expect
    .poll(async () => {
      await page.clock.runFor(1_000);
      return pill.count();
    })
    .toBe(1);
  expect(await layout()).toEqual(before);
  server.proxy.resume();
  await page.clock.resume();
  await page.getByRole("log").getByText("missed 3").waitFor();
  expect(await rows(page)).toEqual([
    "one",
    "two",
    "while live",
    "missed by a little",
    "missed 1",
    "missed 2",
    "missed 3",
  ]);
});
