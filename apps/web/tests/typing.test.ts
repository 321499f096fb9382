import { expect, test } from "vitest";
import { createConversation, useBrowser } from "./support.ts";

const browser = useBrowser();

test("no typing signal follows a message that was sent right after its first key", async () => {
  const { a, message_group_uuid } = await createConversation(["one", "two"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await page.getByRole("log").getByText("two").waitFor();
  // From here on, time passes in the page only when the test says so.
  await page.clock.install();
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
  const signals: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("messages.typing")) signals.push(request.url());
  });
  const field = page.getByRole("textbox");
  await field.press("k");
  await field.press("Enter");
  await page.locator("[role=log] li", { hasText: /^You: k/ }).waitFor();
  await page.clock.runFor(1_000);
  expect(signals).toEqual([]);
  // The first key of the next message is announced, however soon it follows.
  const signal = page.waitForRequest((request) => request.url().includes("messages.typing"));
  await field.press("n");
  await page.clock.runFor(1_000);
  await signal;
});
