import { expect, test } from "vitest";
import { useHarness } from "./harness/use-harness.ts";

const harness = useHarness();
const TEXT = "from the past";

/** Goes to an old message. From then on the answers of the server wait until `release`. */
async function visitOldHistory(): Promise<void> {
  await harness.visit();
  await harness.page.evaluate(async () => {
    const { server, feed } = window.harness;
    await feed()?.goToMessage(server.messages[300]?.uuid ?? "");
    server.hold();
  });
  await harness.page.getByText("Message 300.").waitFor();
}

const row = () => harness.page.locator("li[data-key]", { hasText: TEXT });
const release = () => harness.page.evaluate(() => window.harness.server.release());

/** Expects that the loaded messages are the newest of the server, without a gap. */
const expectNoGap = () =>
  harness.page.waitForFunction(() => {
    const { server, history } = window.harness;
    const shown = history.state.get().messages.map(({ uuid }) => uuid);
    const newest = server.messages.slice(-shown.length).map(({ uuid }) => uuid);
    return shown.join() === newest.join();
  });

test("an own message written in old history is shown, although the server cannot be reached", async () => {
  await visitOldHistory();
  await harness.page.evaluate(() => {
    const { server } = window.harness;
    server.failures.push("unavailable", "unavailable", "unavailable");
    server.holdSends();
  });
  await harness.send(TEXT);
  await row().waitFor();
  await harness.frames(4);
  expect((await harness.metrics()).gap).toBeLessThanOrEqual(1);
  await release();
  await harness.page.locator("li[data-state=sent]", { hasText: TEXT }).waitFor();
});

test("an own message that is stored before the newest page arrives is shown, and the gap before it is filled", async () => {
  await visitOldHistory();
  await harness.page.evaluate(() => {
    const { server } = window.harness;
    for (let i = 0; i < 5; i += 1) server.write();
  });
  await harness.send(TEXT);
  // The message leaves the outbox before the page stops waiting for the answer.
  await harness.page.locator("li[data-state=sent]", { hasText: TEXT }).waitFor();
  await harness.frames(4);
  expect((await harness.metrics()).gap).toBeLessThanOrEqual(1);
  await release();
  await expectNoGap();
  expect(await row().count()).toBe(1);
});

test("a person who goes to another message right after sending stays there", async () => {
  await harness.page.clock.install();
  await visitOldHistory();
  await harness.send(TEXT);
  await harness.page.waitForFunction(
    (text) => window.harness.server.messages.at(-1)?.message === text,
    TEXT,
  );
  await harness.page.evaluate(() => {
    const { server, feed } = window.harness;
    void feed()?.goToMessage(server.messages[600]?.uuid ?? "");
  });
  // Longer than the page waits for the newest messages before it goes to the end as last known.
  await harness.page.clock.runFor(5_000);
  await release();
  await harness.page.getByText("Message 600.").waitFor();
  expect(await harness.page.evaluate(() => window.harness.history.state.get().isAttached)).toBe(
    false,
  );
});

test("a second own message sent while the first waits is shown with it, in order", async () => {
  await visitOldHistory();
  await harness.page.evaluate(() => window.harness.server.holdSends());
  await harness.send(TEXT);
  await harness.page.waitForFunction(() => document.querySelector("textarea")?.value === "");
  await harness.send(`${TEXT}, again`);
  await row().nth(1).waitFor();
  expect((await row().allTextContents()).map((text) => text.includes("again"))).toEqual([
    false,
    true,
  ]);
  await release();
  await expectNoGap();
  await harness.page.locator("li[data-state=sent]", { hasText: `${TEXT}, again` }).waitFor();
});
