import type { BrowserContext, Page, Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { createConversation, signIn, useBrowser } from "./support.ts";

const browser = useBrowser();
const CREATE = "**/trpc/messages.create**";

/** A conversation of two with the first of them looking at it. */
async function openConversation() {
  const talk = await createConversation(["Hello", "Hi"]);
  const path = `/messages/${talk.message_group_uuid}`;
  const page = await browser.openAs(talk.a, { path });
  await page.getByRole("log").getByText("Hi", { exact: true }).waitFor();
  const stored = async () => {
    const { message_group_uuid } = talk;
    const { items } = await talk.apiB.messages.list.query({ message_group_uuid, limit: 100 });
    return items.slice(2).map(({ message }) => message);
  };
  const another = async (context: BrowserContext): Promise<Page> => {
    const tab = await context.newPage();
    await tab.goto(path);
    await tab.getByRole("log").getByText("Hi", { exact: true }).waitFor();
    return tab;
  };
  return { ...talk, path, page, stored, another };
}

async function send(page: Page, text: string): Promise<void> {
  const field = page.getByRole("textbox");
  await field.fill(text);
  await field.press("Enter");
  await page.getByRole("log").getByText(text, { exact: true }).first().waitFor();
}

const texts = async (page: Page) =>
  (await page.locator("[role=log] li[data-state] div[dir=auto]").allTextContents()).slice(2);
const states = (page: Page) =>
  page
    .locator("[role=log] li[data-state]")
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.state));
const allSent = (page: Page, count: number) =>
  expect
    .poll(async () => (await states(page)).filter((state) => state === "sent").length)
    .toBe(count + 2);

/** An error as the server words it, in answer to a batch of one. */
const refuse = (route: Route, status: number, app_code: string) =>
  route.fulfill({
    status,
    contentType: "application/json",
    body: JSON.stringify([
      {
        error: {
          message: app_code,
          code: -32600,
          data: { code: "BAD_REQUEST", httpStatus: status, app_code, retry_after_seconds: null },
        },
      },
    ]),
  });

describe("a message that was sent", () => {
  test("offline, with the tab closed, goes out in order and once when the network is back", async () => {
    const { page, stored, another } = await openConversation();
    const context = page.context();
    await context.setOffline(true);
    for (const text of ["one", "two", "three"]) await send(page, text);
    await page
      .getByText(/Waiting to send|Sending/)
      .first()
      .waitFor();
    expect(await stored()).toEqual([]);
    await page.close();
    await context.setOffline(false);
    const next = await another(context);
    await allSent(next, 3);
    expect(await stored()).toEqual(["one", "two", "three"]);
    expect(await texts(next)).toEqual(["one", "two", "three"]);
  });

  test("is one row and stored once when the reply is lost after the store", async () => {
    const { page, stored } = await openConversation();
    let attempts = 0;
    await page.route(CREATE, async (route) => {
      attempts += 1;
      if (attempts > 1) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await send(page, "only once");
    await allSent(page, 1);
    await expect.poll(() => attempts).toBeGreaterThan(1);
    expect(await texts(page)).toEqual(["only once"]);
    expect(await stored()).toEqual(["only once"]);
  });

  test("is the same row before and after its live event and its reply, in whichever order they come", async () => {
    const { page, stored } = await openConversation();
    for (const first of ["event", "reply"]) {
      await page.route(CREATE, async (route) => {
        const response = await route.fetch();
        if (first === "event") await new Promise((resolve) => setTimeout(resolve, 700));
        await route.fulfill({ response });
      });
      await send(page, `the ${first} first`);
      const row = page.locator("[role=log] li", { hasText: `the ${first} first` });
      await row.evaluate((element) => Object.assign(element, { isSame: true }));
      await expect.poll(() => row.getAttribute("data-uuid")).toBeTruthy();
      await page.waitForTimeout(first === "event" ? 900 : 300);
      expect(await row.count()).toBe(1);
      expect(await row.evaluate((element) => (element as { isSame?: true }).isSame)).toBe(true);
      await page.unroute(CREATE);
    }
    expect(await stored()).toHaveLength(2);
  });

  test("from two tabs at once, through errors, keeps one order and is stored once", async () => {
    const { page, stored, another } = await openConversation();
    const second = await another(page.context());
    let calls = 0;
    await page.context().route(CREATE, (route) => {
      calls += 1;
      return calls % 3 === 0 ? route.continue() : refuse(route, 503, "unavailable");
    });
    const sent: string[] = [];
    for (let i = 0; i < 10; i += 1) {
      const text = `message ${i}`;
      sent.push(text);
      await send(i % 2 === 0 ? page : second, text);
    }
    await page.context().unroute(CREATE);
    for (const tab of [page, second]) {
      await allSent(tab, 10);
      expect(await texts(tab)).toEqual(sent);
    }
    expect(await stored()).toEqual(sent);
  });

  test("is finished by another tab when its own is closed", async () => {
    const { page, stored, another } = await openConversation();
    await page.route(CREATE, () => {});
    await send(page, "left behind");
    await expect.poll(() => states(page)).toContain("sending");
    // Opened only now: an idle tab may well be the one that sends.
    const second = await another(page.context());
    await page.close();
    await expect.poll(stored).toEqual(["left behind"]);
    await allSent(second, 1);
  });

  test("is sent from a browser without storage, which says what that means", async () => {
    const talk = await createConversation(["Hello", "Hi"]);
    const page = await browser.open();
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("storage is off", "SecurityError");
      };
    });
    await page.goto(`/messages/${talk.message_group_uuid}`);
    await signIn(page, talk.a);
    await page.getByText("Unsent messages can't be kept in this browser.").waitFor();
    await send(page, "still goes");
    await allSent(page, 1);
  });
});

describe("a message that is refused", () => {
  test("shows as failed with three ways on, a badge in the inbox, and lets the next one go", async () => {
    const { page, stored } = await openConversation();
    let refusals = 3;
    await page.route(CREATE, (route) =>
      refusals-- > 0 ? refuse(route, 422, "message_exceed_max_bytes") : route.continue(),
    );
    for (const text of ["again", "edited", "deleted", "later"]) await send(page, text);
    await expect.poll(stored).toEqual(["later"]);
    await expect
      .poll(async () => (await states(page)).filter((s) => s === "failed").length)
      .toBe(3);
    await page.getByRole("navigation").getByText("A message wasn't sent").waitFor();
    const row = (text: string) =>
      page.locator("[role=log] li[data-state=failed]", { hasText: text });
    await row("deleted").getByRole("button", { name: "Delete" }).click();
    await row("deleted").waitFor({ state: "detached" });
    await row("edited").getByRole("button", { name: "Edit" }).click();
    await expect.poll(() => page.getByRole("textbox").inputValue()).toBe("edited");
    await row("again").getByRole("button", { name: "Try again" }).click();
    await expect.poll(stored).toEqual(["later", "again"]);
    expect(await page.locator("li[data-state=failed]").count()).toBe(0);
  });
});

describe("a draft", () => {
  test("survives a reload, switching and another click on the same conversation", async () => {
    const { page, path } = await openConversation();
    await page.getByRole("textbox").fill("not yet finished");
    await page.reload();
    const field = page.getByRole("textbox");
    await expect.poll(() => field.inputValue()).toBe("not yet finished");
    await field.press("End");
    await field.pressSequentially("!");
    const item = page.locator("#conversations li a").first();
    await item.click();
    expect(await field.inputValue()).toBe("not yet finished!");
    await page.goto("/messages");
    await page.goto(path);
    await expect.poll(() => field.inputValue()).toBe("not yet finished!");
  });

  test("is there after a reload although the database lost the page's last write", async () => {
    const { page } = await openConversation();
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...args) {
        const request = put.apply(this, args);
        if (this.name === "draft") this.transaction.abort();
        return request;
      };
    });
    const field = page.getByRole("textbox");
    await field.fill("last words");
    await page.reload();
    await expect.poll(() => field.inputValue()).toBe("last words");
    // They are spoken once: what is deleted stays deleted.
    await field.fill("");
    await page.waitForTimeout(600);
    await page.reload();
    await page.getByRole("log").getByText("Hi", { exact: true }).waitFor();
    await page.waitForTimeout(600);
    expect(await field.inputValue()).toBe("");
  });

  test("typed before the browser's storage has opened is there after a reload", async () => {
    const talk = await createConversation(["Hello", "Hi"]);
    const page = await browser.open();
    await page.addInitScript(() => {
      if (sessionStorage.getItem("opened-before") !== null) return;
      sessionStorage.setItem("opened-before", "yes");
      // The first page never hears that its storage is open.
      const { open } = IDBFactory.prototype;
      IDBFactory.prototype.open = function (...args) {
        const request = open.apply(this, args);
        request.addEventListener("success", (event) => event.stopImmediatePropagation());
        return request;
      };
    });
    await page.goto("/sign-in");
    await signIn(page, talk.a);
    await page.getByRole("link", { name: new RegExp(talk.b.display_name) }).click();
    await page.getByRole("textbox").fill("too early");
    await page.reload();
    await expect.poll(() => page.getByRole("textbox").inputValue()).toBe("too early");
    await page.waitForTimeout(600);
    await page.reload();
    await expect.poll(() => page.getByRole("textbox").inputValue()).toBe("too early");
  });

  test("appears in the other tab, and both are empty after one has sent it", async () => {
    const { page, another } = await openConversation();
    const second = await another(page.context());
    await second.getByRole("textbox").blur();
    await page.getByRole("textbox").fill("from the first tab");
    await expect.poll(() => second.getByRole("textbox").inputValue()).toBe("from the first tab");
    await page.getByRole("textbox").press("Enter");
    await allSent(page, 1);
    for (const tab of [page, second]) {
      await expect.poll(() => tab.getByRole("textbox").inputValue()).toBe("");
    }
  });

  test("isn't sent by the Enter that chooses an input method's word, nor by Shift+Enter", async () => {
    const { page, stored } = await openConversation();
    const field = page.getByRole("textbox");
    await field.fill("にほん");
    for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
      await field.evaluate((element, options) => {
        element.dispatchEvent(
          new KeyboardEvent("keydown", {
            key: "Enter",
            bubbles: true,
            cancelable: true,
            ...options,
          }),
        );
      }, init);
    }
    await field.press("End");
    await field.press("Shift+Enter");
    await field.pressSequentially("ご");
    expect(await field.inputValue()).toBe("にほん\nご");
    expect(await stored()).toEqual([]);
    await field.press("Enter");
    await expect.poll(stored).toEqual(["にほん\nご"]);
  });
});
