import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { intercept } from "./intercept.ts";
import {
  apiOf,
  createConversation,
  createPerson,
  settle,
  storedDrafts,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

const shown = (page: Page) =>
  page.locator("[role=log] li[data-state] div[dir=auto]").allTextContents();

async function write(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox").fill(text);
  await page.keyboard.press("Enter");
}

/** Addresses of this site that the page links to. */
async function localLinks(page: Page): Promise<string[]> {
  const hrefs = await page
    .locator("a[href]")
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  const { origin } = new URL(page.url());
  return hrefs.filter((href) => href.startsWith(origin) && !href.includes("#"));
}

describe("a conversation", () => {
  test("stays in the same document when messages are sent, the first one too", async () => {
    const [ana, ben] = await Promise.all([createPerson("Ana"), createPerson("Ben")]);
    const page = await browser.openAs(ana, { path: `/messages/new/${ben.handle}` });
    const item = page.getByRole("navigation").getByRole("listitem");
    await item.getByText("New conversation").waitFor();
    expect(await item.getByRole("link").getAttribute("aria-current")).toBe("page");
    await page.getByText("1,024 characters left").waitFor({ state: "attached" });
    let documents = 0;
    page.on("domcontentloaded", () => {
      documents += 1;
    });
    await page.evaluate(() => Object.assign(document, { isTheFirst: true }));

    await write(page, "first");
    await page.waitForURL(/\/messages\/[0-9a-f-]{36}$/);
    await page.locator("li[data-state=sent]", { hasText: "first" }).waitFor();
    await write(page, "second");
    await page.locator("li[data-state=sent]", { hasText: "second" }).waitFor();
    await page.getByRole("button", { name: "Send" }).waitFor();
    await page.getByRole("textbox").fill("third");
    await page.getByRole("button", { name: "Send" }).click();
    await page.locator("li[data-state=sent]", { hasText: "third" }).waitFor();

    expect(await shown(page)).toEqual(["first", "second", "third"]);
    expect(await page.evaluate(() => "isTheFirst" in document)).toBe(true);
    expect(documents).toBe(0);
  });

  test("never shows messages of another one: a click, Back and Forward change the address and the messages together", async () => {
    const ana = await createPerson("Ana");
    const others = await Promise.all(["Ben", "Cleo", "Dan"].map((name) => createPerson(name)));
    const talks = await Promise.all(
      others.map(async (other) => {
        const lines = [`${other.display_name} says hello`, `${other.display_name} says more`];
        const api = await apiOf(other);
        for (const line of lines) await api.send({ handle: ana.handle }, line);
        return { name: other.display_name, lines };
      }),
    );
    const page = await browser.openAs(ana);
    const addresses = new Set<string>();
    const expectOpen = async ({ name, lines }: { name: string; lines: string[] }) => {
      await page.getByRole("heading", { level: 1, name }).waitFor();
      await expect.poll(() => shown(page)).toEqual(lines);
      const open = page.locator("#conversations [aria-current=page]");
      expect(await open.textContent()).toContain(name);
      expect(new URL(page.url()).pathname).toBe(await open.getAttribute("href"));
      addresses.add(page.url());
    };
    // Each twice: the first time from the server, the second time from the cache.
    const visits = [...talks, ...talks];
    for (const talk of visits) {
      await page.locator("#conversations").getByRole("link", { name: talk.name }).click();
      await expectOpen(talk);
    }
    for (const talk of visits.slice(0, -1).toReversed()) {
      await page.goBack();
      await expectOpen(talk);
    }
    await page.goForward();
    await expectOpen(visits[1] ?? { name: "", lines: [] });
    expect(addresses.size).toBe(talks.length);
  });

  test.each([
    ["a proxy's page", "<!doctype html><title>gateway</title>", 200],
    ["nothing", "null", 200],
    ["no answer in it", "[]", 200],
    ["another shape", '[{"result":{"data":{}}},{"result":{"data":{}}}]', 200],
    ["a crash", "stack trace", 500],
  ])(
    "whose reads are answered by %s shows a message and an action, and is never blank",
    async (_, body, status) => {
      const { a, b, message_group_uuid } = await createConversation(["hello"]);
      const page = await browser.openAs(a);
      await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
      const reads = /\/trpc\/[^?]*(messages\.list|messageGroups\.get)/;
      const answerAgain = await intercept(page, reads, (route) =>
        route.fulfill({ status, contentType: "application/json", body }),
      );
      await page.locator("#conversations").getByRole("link").first().click();
      await page.waitForURL(`**/messages/${message_group_uuid}`);
      const conversation = page.locator("#conversation");
      await conversation
        .getByText(/This conversation couldn't be loaded|Something went wrong on this page/)
        .waitFor();
      expect(await page.locator("#conversations").getByRole("listitem").count()).toBe(1);
      answerAgain();
      await conversation.getByRole("button", { name: /Try again|Reload the page/ }).click();
      await page.getByRole("log").getByText("hello").waitFor();
    },
  );

  test("opens at its newest message, and new messages are in view", async () => {
    const { a, b, apiA, apiB, message_group_uuid } = await createConversation(["one", "two"]);
    // The full stop distinguishes "line 39." from "line 3." followed by a time such as 9:41.
    for (let n = 0; n < 40; n += 1) await apiB.send({ message_group_uuid }, `line ${n}.`);
    const { items } = await apiA.messages.list.query({ message_group_uuid });
    const message_uuid = items.at(-1)?.uuid ?? "";
    await apiA.messageGroups.markRead.mutate({ message_group_uuid, message_uuid });
    const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
    const expectInView = async (text: string) => {
      const row = page.locator("[role=log] li[data-state]", { hasText: text });
      await row.waitFor();
      await expect
        .poll(() =>
          row.evaluate((element) => {
            const view = element.closest("[role=log]")?.getBoundingClientRect();
            const { top, bottom } = element.getBoundingClientRect();
            return view !== undefined && top >= view.top - 1 && bottom <= view.bottom + 1;
          }),
        )
        .toBe(true);
    };
    await expectInView("line 39.");
    await apiB.send({ message_group_uuid }, "arrives by itself");
    await expectInView("arrives by itself");
    await write(page, "my answer");
    await expectInView("my answer");
    const item = page.locator("#conversations").getByRole("listitem");
    await item.getByText("You: my answer").waitFor();
    expect(await item.textContent()).toContain(b.display_name);
  });
});

test("every link of every page leads to a page, and no avatar is a separate link", async () => {
  const { a, b, message_group_uuid } = await createConversation(["hello", "hi"]);
  const other = await createPerson("Otto");
  const page = await browser.open();
  const found = new Set<string>();
  const collect = async ([path, ...texts]: readonly string[]) => {
    await page.goto(path ?? "");
    for (const text of texts) await settle(page, text);
    for (const href of await localLinks(page)) found.add(href);
  };
  for (const [path, text] of [
    ["/sign-in", "Forgot your password?"],
    ["/sign-up", "Create an account"],
    ["/confirm", "Check your email"],
    ["/forgot", "Forgotten password"],
  ] as const) {
    await collect([path, text]);
  }
  await page.goto("/sign-in");
  await page.getByLabel("Handle or email").fill(a.handle);
  await page.getByLabel("Password").fill(a.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("link", { name: new RegExp(b.display_name) }).waitFor();
  const inbox = b.display_name;
  for (const [path, ...texts] of [
    ["/messages", inbox],
    [`/messages/${message_group_uuid}`, inbox, "hello"],
    [`/messages/new/${other.handle}`, inbox, "This is the start"],
    ["/messages/new/nobody-at-all", inbox, "Nobody has the handle @nobody-at-all."],
    [`/messages/new/${a.handle}`, inbox, "You can't start a conversation with yourself."],
    ["/messages/not-a-uuid", "Page not found"],
    ["/settings", "Privacy"],
  ] as const) {
    await collect([path, ...texts]);
  }
  const own = `/messages/${message_group_uuid}`;
  await page.goto(own);
  await page.getByRole("log").getByText("hello").waitFor();
  const avatars = page.locator("[class*=avatar][aria-hidden=true]");
  // The account menu, the conversation in the inbox, which is one link, and the header.
  const around = avatars.evaluateAll((each) =>
    each.map((avatar) => avatar.closest("a")?.getAttribute("href") ?? null),
  );
  expect(await around).toEqual([null, own, null]);
  expect([...found].map((href) => new URL(href).pathname)).toContain(own);
  for (const href of found) {
    await page.goto(href);
    await page.locator("h1").first().waitFor();
    expect([href, await page.getByText("Page not found").count()]).toEqual([href, 0]);
  }
});

test("a deleted user is shown without a handle, and is not offered as a receiver", async () => {
  const { a, b, message_group_uuid } = await createConversation(["hello"]);
  const page = await browser.openAs(a);
  // The answers of the server about a deleted user.
  await page.route("**/trpc/**", async (route) => {
    if (route.request().url().includes("live.events")) return route.continue();
    const response = await route.fetch();
    const text = (await response.text())
      .replaceAll(`"handle":"${b.handle}"`, '"handle":""')
      .replaceAll(`"display_name":"${b.display_name}"`, '"display_name":"Deleted account"');
    await route.fulfill({ response, body: text });
  });
  await page.goto(`/messages/${message_group_uuid}`);
  await page.getByRole("log").getByText("hello").waitFor();
  await page.getByRole("heading", { name: "Deleted account" }).waitFor();
  expect(await page.getByText(/@(?!\w)/).count()).toBe(0);
  await page.getByRole("button", { name: "New message" }).first().click();
  await page.getByRole("dialog").getByRole("combobox").waitFor();
  expect(await page.getByRole("option").count()).toBe(0);
});

test("no storage that scripts can read contains a token", async () => {
  const { a, message_group_uuid } = await createConversation(["hello"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await page.getByRole("log").getByText("hello").waitFor();
  await write(page, "kept in the outbox for a moment");
  await page.locator("li[data-state=sent]", { hasText: "kept in the outbox" }).waitFor();
  await page.getByRole("textbox").fill("kept as a draft");
  await expect.poll(() => storedDrafts(page)).toContain("kept as a draft");
  const kept = await page.evaluate(async () => {
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const records: unknown[] = [];
    for (const { name = "" } of await indexedDB.databases()) {
      const database = await read(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const values = database.transaction(store).objectStore(store).getAll();
        records.push(...((await read(values)) as unknown[]));
      }
      database.close();
    }
    const texts = [{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state];
    return JSON.stringify([texts, records, await caches.keys(), location.href]);
  });
  expect(kept).toContain("kept as a draft");
  // The first characters of every JWT.
  expect(kept).not.toMatch(/eyJ/);
  expect(kept).not.toMatch(/token/i);
});
