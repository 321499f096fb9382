import { writeLongHistory } from "@cruddur/dev-stack/long-history";
import { startDynamoDb } from "@cruddur/engines/dynamodb";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { apiOf, createPerson, signIn, startProxiedServer, useBrowser } from "./support.ts";

const browser = useBrowser();
const MESSAGES = 20_000;

/** The numbers of the shown messages, in order. */
const shown = (page: Page) =>
  page
    .locator("[role=log] li[data-state] div[dir=auto]")
    .evaluateAll((rows) => rows.map((row) => Number(/\d+/.exec(row.textContent ?? "")?.[0])));

/** Expects a part of the history without a gap. @returns its first and last number */
async function expectWhole(page: Page): Promise<{ first: number; last: number }> {
  const numbers = await shown(page);
  const [first = 0] = numbers;
  expect(numbers).toEqual(numbers.map((_, index) => first + index));
  expect(numbers.length).toBeLessThanOrEqual(400);
  return { first, last: first + numbers.length - 1 };
}

/** Turns the wheel until the condition holds. There must never be a gap. */
async function wheelUntil(
  page: Page,
  step: number,
  isThere: (ends: { first: number; last: number }) => boolean,
): Promise<void> {
  await page.getByRole("log").hover();
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, step);
      return isThere(await expectWhole(page));
    })
    .toBe(true);
}

test("20,000 messages on a real server can be scrolled, jumped to and linked, with no gap and few rows", async () => {
  await using engine = await startDynamoDb();
  const [ana, ben] = await Promise.all([createPerson("Ana Long"), createPerson("Ben Long")]);
  const [from, to] = await Promise.all(
    [ana, ben].map(async ({ handle, display_name }) => ({
      user_uuid: (await apiOf(handle === ana.handle ? ana : ben)).user_uuid,
      handle,
      display_name,
    })),
  );
  if (from === undefined || to === undefined) throw new Error("nobody");
  const { message_group_uuid, message_uuids } = await writeLongHistory({
    endpoint: engine.endpoint,
    from,
    to,
    messages: MESSAGES,
    minutesApart: 60,
  });
  await using server = await startProxiedServer({ AWS_ENDPOINT_URL: engine.endpoint });
  const page = await browser.open({ baseURL: server.url, timezoneId: "America/New_York" });
  const path = `/messages/${message_group_uuid}`;
  await page.goto(path);
  await signIn(page, ana);

  const text = (index: number) => page.getByRole("log").getByText(`Message ${index}.`);
  await text(MESSAGES - 1).waitFor();
  await wheelUntil(page, -4_000, ({ first }) => first < MESSAGES - 600);
  await page.getByRole("button", { name: /^Jump to latest/ }).click();
  await text(MESSAGES - 1).waitFor();

  // The day of 23 hours in New York last year: the second Sunday of March.
  const year = new Date().getFullYear() - 1;
  const sunday = 8 + ((7 - new Date(Date.UTC(year, 2, 8)).getUTCDay()) % 7);
  const midnight = new Date(Date.UTC(year, 2, sunday, 5));
  const nextMidnight = new Date(Date.UTC(year, 2, sunday + 1, 4));
  const key = midnight.toISOString().slice(0, 10);
  await page.getByRole("button", { name: "Jump to date" }).first().click();
  await page.getByLabel("Day").fill(key);
  await page.getByRole("button", { name: "Go" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  const day = page.locator(`[role=log] li > time[datetime="${key}"]`);
  await day.waitFor();
  const times = await page
    .locator("[role=log] li[data-state] time")
    .evaluateAll((rows) => rows.map((row) => (row as HTMLTimeElement).dateTime));
  const ofThatDay = times.filter(
    (at) => at >= midnight.toISOString() && at < nextMidnight.toISOString(),
  );
  expect(ofThatDay).toHaveLength(23);
  const { first } = await expectWhole(page);
  await wheelUntil(page, -4_000, (ends) => ends.first < first - 100);
  await wheelUntil(page, 4_000, (ends) => ends.last > first + 100);

  const uuid = message_uuids[1_234] ?? "";
  await page.goto(`${path}?message=${uuid}`);
  await text(1_234).waitFor();
  await expectWhole(page);
  await wheelUntil(page, -4_000, (ends) => ends.first < 1_200);
});
