import type { Route } from "playwright-core";
import { describe, expect, test } from "vitest";
import { intercept } from "./intercept.ts";
import { allSent, openConversation, send, states, texts } from "./outbox-page.ts";
import { createConversation, readOutbox, signIn, useBrowser } from "./support.ts";

const browser = useBrowser();
const CREATE = "**/trpc/messages.create**";

/** Answers a batch of one call with an error of the server. */
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
  test("offline is sent once and in order when the network is back, although the tab was closed", async () => {
    const { page, stored, another } = await openConversation(browser);
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

  test("is shown once and stored once when the answer is lost", async () => {
    const { page, stored } = await openConversation(browser);
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

  test("keeps its row when its live event and its answer arrive, in both orders", async () => {
    const { page, stored, apiB, message_group_uuid } = await openConversation(browser);
    for (const first of ["event", "reply"]) {
      const row = page.locator("[role=log] li", { hasText: `the ${first} first` });
      const hasUuid = () => expect.poll(() => row.getAttribute("data-uuid")).toBeTruthy();
      const stop = await intercept(page, CREATE, async (route) => {
        const response = await route.fetch();
        // Without an answer, the page can know it only from the event.
        if (first === "event") await hasUuid();
        await route.fulfill({ response });
      });
      await send(page, `the ${first} first`);
      await row.evaluate((element) => Object.assign(element, { isSame: true }));
      await hasUuid();
      // Events arrive in order: after this one the page has both the event and the answer.
      await apiB.send({ message_group_uuid }, `after the ${first}`);
      await page.getByRole("log").getByText(`after the ${first}`).waitFor();
      await expect.poll(() => readOutbox(page, "outbox")).toEqual([]);
      expect(await row.count()).toBe(1);
      expect(await row.evaluate((element) => (element as { isSame?: true }).isSame)).toBe(true);
      stop();
    }
    expect(await stored()).toHaveLength(4);
  });

  test("from two tabs at once is stored once and in order, although requests fail", async () => {
    const { page, stored, another } = await openConversation(browser);
    const second = await another(page.context());
    let calls = 0;
    const stop = await intercept(page.context(), CREATE, (route) => {
      calls += 1;
      return calls % 3 === 0 ? route.continue() : refuse(route, 503, "unavailable");
    });
    const sent: string[] = [];
    for (let i = 0; i < 10; i += 1) {
      const text = `message ${i}`;
      sent.push(text);
      await send(i % 2 === 0 ? page : second, text);
    }
    stop();
    for (const tab of [page, second]) {
      await allSent(tab, 10);
      expect(await texts(tab)).toEqual(sent);
    }
    expect(await stored()).toEqual(sent);
  });

  test("is sent by another tab when its own tab is closed", async () => {
    const { page, stored, another, message_group_uuid } = await openConversation(browser);
    await page.route(CREATE, () => {});
    await send(page, "left behind");
    await expect.poll(() => states(page)).toContain("sending");
    // Opened only now, because an idle tab could be the one that sends.
    const second = await another(page.context());
    // Both tabs would send it, if one did not wait for the other's lock.
    const waitsForLock = () =>
      second.evaluate(async (uuid) => {
        const { held = [], pending = [] } = await navigator.locks.query();
        const isHeld = (name?: string) => held.some((lock) => lock.name === name);
        return pending.some(({ name }) => name?.includes(uuid) && isHeld(name));
      }, message_group_uuid);
    await expect.poll(waitsForLock).toBe(true);
    await page.close();
    await expect.poll(stored).toEqual(["left behind"]);
    await allSent(second, 1);
  });

  test("is sent from a browser without storage, which warns that unsent messages are not saved", async () => {
    const talk = await createConversation(["Hello", "Hi"]);
    const page = await browser.open();
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("storage is off", "SecurityError");
      };
    });
    await page.goto(`/messages/${talk.message_group_uuid}`);
    await signIn(page, talk.a);
    await page.getByText("This browser can't save unsent messages.").waitFor();
    await send(page, "still goes");
    await allSent(page, 1);
  });
});

describe("a message that is refused", () => {
  test("is shown as failed with three actions and a mark in the inbox, and the next message is sent", async () => {
    const { page, stored } = await openConversation(browser);
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
