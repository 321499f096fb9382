import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { createConversation, type useBrowser } from "./support.ts";

/** A conversation of two people, open in the browser of the first one. */
export async function openConversation(browser: ReturnType<typeof useBrowser>) {
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

export async function send(page: Page, text: string): Promise<void> {
  const field = page.getByRole("textbox");
  await field.fill(text);
  await field.press("Enter");
  await page.getByRole("log").getByText(text, { exact: true }).first().waitFor();
}

export const texts = async (page: Page) =>
  (await page.locator("[role=log] li[data-state] div[dir=auto]").allTextContents()).slice(2);
export const states = (page: Page) =>
  page
    .locator("[role=log] li[data-state]")
    .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.state));
export const allSent = (page: Page, count: number) =>
  expect
    .poll(async () => (await states(page)).filter((state) => state === "sent").length)
    .toBe(count + 2);
