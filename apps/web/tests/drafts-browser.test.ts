import { describe, expect, test } from "vitest";
import { allSent, openConversation } from "./outbox-page.ts";
import { createConversation, readOutbox, signIn, storedDrafts, useBrowser } from "./support.ts";

const browser = useBrowser();

describe("a draft", () => {
  test("is kept by a reload, by another conversation and by another click on the same one", async () => {
    const { page, path } = await openConversation(browser);
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

  test("is there after a reload, although the database lost the last write of the page", async () => {
    const { page } = await openConversation(browser);
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...args) {
        const request = put.apply(this, args);
        if (this.name === "draft") this.transaction.abort();
        return request;
      };
    });
    const field = page.getByRole("textbox");
    await field.fill("the last text");
    await page.reload();
    await expect.poll(() => field.inputValue()).toBe("the last text");
    // The copy of the closed page is used once: a deleted draft stays deleted.
    await field.fill("");
    await expect.poll(() => storedDrafts(page)).toEqual([""]);
    await page.reload();
    await page.getByRole("log").getByText("Hi", { exact: true }).waitFor();
    // The new text would follow an old draft, so what is stored shows that there was none.
    await field.pressSequentially("new");
    await expect.poll(() => storedDrafts(page)).toEqual(["new"]);
    expect(await field.inputValue()).toBe("new");
  });

  test("is gone from the browser after signing out, and a message that waits is not", async () => {
    const { page } = await openConversation(browser);
    await page.context().route("**/trpc/messages.create*", (route) => route.abort());
    const field = page.getByRole("textbox");
    await field.fill("waits");
    await field.press("Enter");
    await expect.poll(() => readOutbox(page, "outbox")).toHaveLength(1);
    await field.fill("secret");
    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await expect.poll(() => storedDrafts(page)).toEqual([]);
    expect(await readOutbox(page, "outbox")).toMatchObject([{ message: "waits" }]);
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("secret");
  });

  test("typed before the browser's storage is open is there after a reload", async () => {
    const talk = await createConversation(["Hello", "Hi"]);
    const page = await browser.open();
    await page.addInitScript(() => {
      if (sessionStorage.getItem("opened-before") !== null) return;
      sessionStorage.setItem("opened-before", "yes");
      // The first page is never told that its storage is open.
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
    await expect.poll(() => storedDrafts(page)).toEqual(["too early"]);
    await page.reload();
    await expect.poll(() => page.getByRole("textbox").inputValue()).toBe("too early");
  });

  test("appears in the other tab, and both are empty after one has sent it", async () => {
    const { page, another } = await openConversation(browser);
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

  test("is not sent by Enter in an input method, nor by Shift+Enter", async () => {
    const { page, stored } = await openConversation(browser);
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
