import { randomUUID } from "node:crypto";
import { writeItems } from "@cruddur/ddb/write-items";
import type { BrowserContext, Page } from "playwright-core";
import { observeVitals, readVitals, throttle } from "../harness/browser.ts";
import type { Environment } from "../harness/environment.ts";
import { conversationItems, people } from "../harness/table.ts";

const ROWS = 5_000;
const ROWS_MS = 45_000;

// This is a text, since the compiler of this file adds helpers that a page does not have.
const RECORD_FIRST_MESSAGE = `
  new MutationObserver(() => {
    if (document.querySelector('[role="log"] li') === null) return;
    globalThis.firstMessageMs ??= performance.now();
  }).observe(document, { childList: true, subtree: true });`;

/** Loads a conversation by its address on a slow phone without a cache. Returns when its messages were there, in ms. */
export async function measureFirstMessages(
  context: BrowserContext,
  address: string,
  loads: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let load = 0; load < loads; load += 1) {
    const page = await context.newPage();
    await page.addInitScript(RECORD_FIRST_MESSAGE);
    await throttle(page, { network: true });
    await page.goto(address);
    await page.getByRole("log").getByRole("listitem").first().waitFor();
    times.push(await page.evaluate<number>("globalThis.firstMessageMs"));
    await page.close();
  }
  return times;
}

/** Gives a person an inbox of 5,000 conversations. */
export async function fillInbox({ client, others }: Environment): Promise<void> {
  const [owner] = others;
  if (owner === undefined) throw new Error("the environment has nobody else");
  const items = people(ROWS).flatMap((other) =>
    conversationItems({
      message_group_uuid: randomUUID(),
      members: [owner, other],
      messages: 1,
    }),
  );
  await writeItems(client, items);
}

/**
 * Scrolls through 5,000 conversations, then works with them on a quarter of the CPU. Returns the
 * time of each interaction, in ms.
 */
export async function measureRows(
  page: Page,
  url: string,
): Promise<{ rows: number; interactions: number[] }> {
  await observeVitals(page);
  await page.goto(`${url}/messages`);
  const rows = page.getByRole("navigation").getByRole("listitem");
  await rows.first().waitFor();
  await rows.first().hover();
  const until = Date.now() + ROWS_MS;
  // Only the rows near the visible part are in the page. Each knows its place among all of them.
  const loaded = async () => Number(await rows.last().getAttribute("aria-posinset"));
  while ((await loaded()) < ROWS && Date.now() < until) {
    await page.mouse.wheel(0, 20_000);
    await page.waitForTimeout(20);
  }
  await throttle(page, { network: false });
  for (const from of [10, 20, 30]) {
    const row = rows.nth((await rows.count()) - from);
    await row.getByRole("link").click();
    const box = page.getByRole("textbox");
    await box.waitFor();
    await box.click();
    await page.keyboard.type(`below ${from} others`, { delay: 60 });
  }
  const reached = await loaded();
  for (const name of [/^Unread/, /^All/]) {
    await page.getByRole("navigation").getByRole("button", { name }).click();
  }
  await page.waitForTimeout(1_000);
  const { interactions } = await readVitals(page);
  return { rows: reached, interactions: Object.values(interactions) };
}
