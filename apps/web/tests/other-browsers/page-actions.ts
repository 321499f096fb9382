import { expect } from "vitest";
import type { Person } from "../support.ts";
import type { Tab } from "./tab.ts";

/** Opens a page, and signs in on the sign-in page that it leads to. */
export async function openAs(
  tab: Tab,
  person: Pick<Person, "handle" | "password">,
  url: string,
): Promise<void> {
  await tab.goto(url);
  await waitFor(tab, "input[name=password]");
  await tab.click("input[name=handle]");
  await tab.type(person.handle);
  await tab.click("input[name=password]");
  await tab.type(person.password);
  await tab.press("Enter");
  await waitFor(tab, "main:not([aria-busy=true]) nav, nav li");
}

/** Writes a message in the open conversation and sends it. */
export async function say(tab: Tab, text: string): Promise<void> {
  await waitFor(tab, "textarea:not(:disabled)");
  await tab.click("textarea");
  await tab.type(text);
  await tab.press("Enter");
  await expect.poll(() => texts(tab)).toContain(text);
}

export async function waitFor(tab: Tab, selector: string): Promise<void> {
  await expect
    .poll(() => tab.evaluate((css) => document.querySelector(css) !== null, selector))
    .toBe(true);
}

export async function waitForText(tab: Tab, text: string): Promise<void> {
  await expect.poll(() => tab.evaluate(() => document.body.textContent)).toContain(text);
}

/** The names in the inbox, from the top. */
export const inbox = (tab: Tab) =>
  tab.evaluate(() =>
    [...document.querySelectorAll("nav li a")].map(
      (link) => link.querySelector("span[dir=auto]")?.firstChild?.textContent ?? "",
    ),
  );

/** The texts in the open conversation, from the top. */
export const texts = (tab: Tab) =>
  tab.evaluate(() =>
    [...document.querySelectorAll("[role=log] li[data-state] [data-held] > div[dir=auto]")].map(
      (text) => text.textContent ?? "",
    ),
  );

/** The number of messages in the open conversation that are not sent yet. */
export const unsent = (tab: Tab) =>
  tab.evaluate(
    () => document.querySelectorAll("[role=log] li[data-state]:not([data-state=sent])").length,
  );

/** Notes after each frame how far the row at the top has moved since the frame before. */
export const startWatching = (tab: Tab) =>
  tab.evaluate(() => {
    const steps: number[] = [];
    Object.assign(window, { steps });
    const feed = document.querySelector("[role=log]");
    let last: { row: Element; top: number } | null = null;
    const look = () => {
      if (feed === null || !("steps" in window)) return;
      const { top } = feed.getBoundingClientRect();
      if (last?.row.isConnected) steps.push(last.row.getBoundingClientRect().top - last.top);
      const row = [...feed.querySelectorAll("li[data-uuid]")].find(
        (item) => item.getBoundingClientRect().bottom > top + 40,
      );
      last = row ? { row, top: row.getBoundingClientRect().top } : null;
      requestAnimationFrame(() => setTimeout(look));
    };
    look();
  });

/** @returns the steps in px; down is positive */
export const stopWatching = (tab: Tab) =>
  tab.evaluate(() => {
    const { steps } = window as unknown as { steps: number[] };
    Reflect.deleteProperty(window, "steps");
    return steps;
  });

/** The number of conversations that the browser keeps for a page without a network. */
export const keptConversations = (tab: Tab) =>
  tab.evaluate(async () => {
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const all = await indexedDB.databases();
    if (!all.some(({ name }) => name === "cruddur-offline")) return 0;
    const open = await read(indexedDB.open("cruddur-offline"));
    const has = open.objectStoreNames.contains("part");
    const count = has ? await read(open.transaction("part").objectStore("part").count()) : 0;
    open.close();
    return count;
  });
