import { expect, test } from "vitest";
import { createConversation, PHONE, settleFrames, useBrowser } from "./support.ts";

const browser = useBrowser();

test("bubbles of a run are squared on their author's side, whatever the direction of their text", async () => {
  const { a, b, apiA, message_group_uuid } = await createConversation(["hello"]);
  for (const text of ["مرحبا", "كيف حالك"]) await apiA.send({ message_group_uuid }, text);
  for (const [person, squared, round] of [
    [a, "borderBottomRightRadius", "borderBottomLeftRadius"],
    [b, "borderBottomLeftRadius", "borderBottomRightRadius"],
  ] as const) {
    const page = await browser.openAs(person, { path: `/messages/${message_group_uuid}` });
    const bubble = page.locator("[role=log] li [data-held]", { hasText: "مرحبا" });
    await bubble.waitFor();
    const radii = await bubble.evaluate(
      (element, names) => {
        const style = getComputedStyle(element);
        return names.map((name) => style[name]);
      },
      [squared, round] as const,
    );
    expect(radii).toEqual(["4px", "16px"]);
  }
});

test("each message shows its time in its bubble, apart from the text, and ticks that move nothing", async () => {
  const { a, b, apiA, message_group_uuid } = await createConversation(["hello"]);
  const texts = ["a run", "of mine, ".repeat(30), "مرحبا كيف حالك", "👍", "the last"];
  for (const text of texts) await apiA.send({ message_group_uuid }, text);
  const path = `/messages/${message_group_uuid}`;
  const page = await browser.openAs(a, { path, viewport: PHONE });
  const rows = page.locator("[role=log] li[data-state]");
  await rows.getByText("the last").waitFor();
  const overlaps = () =>
    rows.evaluateAll((items) =>
      items.map((item) => {
        const time = item.querySelector("time")?.getBoundingClientRect();
        const bubble = item.querySelector("[data-held]")?.getBoundingClientRect();
        const range = document.createRange();
        range.selectNodeContents(item.querySelector("[data-held] > div[dir=auto]") as Node);
        const meets = [...range.getClientRects()].some(
          (box) =>
            time !== undefined &&
            box.left < time.right &&
            time.left < box.right &&
            box.top < time.bottom - 4 &&
            time.top < box.bottom - 4,
        );
        const isInside =
          time !== undefined &&
          bubble !== undefined &&
          time.bottom <= bubble.bottom &&
          time.width > 20;
        return { meets, isInside };
      }),
    );
  expect(await overlaps()).toEqual(Array(6).fill({ meets: false, isInside: true }));

  const boxes = () =>
    rows.evaluateAll((items) => items.map((item) => item.getBoundingClientRect().y));
  const before = await boxes();
  expect(await rows.getByTitle("Sent", { exact: true }).count()).toBe(6);
  await browser.openAs(b, { path });
  await expect.poll(() => rows.getByTitle("Seen", { exact: true }).count()).toBe(6);
  await settleFrames(page);
  expect(await boxes()).toEqual(before);
});

test("answering removes the line above the new messages and marks them as read", async () => {
  const { a, apiA, apiB, message_group_uuid } = await createConversation(["hello", "new to you"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  const line = page.getByText("New messages", { exact: true });
  await line.waitFor();
  const unread = async () =>
    (await apiA.messageGroups.get.query({ message_group_uuid })).unread_count;
  await expect.poll(unread).toBe(0);
  await line.waitFor();
  // The page does not count as looked at, so only the answer can mark this message.
  await page.evaluate(() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  });
  await apiB.send({ message_group_uuid }, "unseen");
  await page.getByRole("log").getByText("unseen").waitFor();
  await page.getByRole("textbox").fill("an answer");
  await page.keyboard.press("Enter");
  await line.waitFor({ state: "detached" });
  await expect.poll(unread).toBe(0);
  // What comes after the answer is unread until somebody looks.
  for (const text of ["later", "later still"]) {
    await apiB.send({ message_group_uuid }, text);
    await page.getByRole("log").getByText(text, { exact: true }).waitFor();
  }
  await expect.poll(unread).toBe(2);
});

test("the day of the topmost message floats over the feed while it is scrolled", async () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index} ${"and more ".repeat(20)}`);
  const { a, message_group_uuid } = await createConversation(lines);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await page
    .getByRole("log")
    .getByText(/^line 1 /)
    .waitFor();
  const day = page.locator("[aria-hidden=true]", { hasText: /^Today$/ });
  expect(await day.count()).toBe(0);
  const opacity = () =>
    day.evaluateAll((found) => found.map((element) => getComputedStyle(element).opacity));
  await page.getByRole("log").hover();
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, 200);
      return opacity();
    })
    .toEqual(["1"]);
  await expect.poll(opacity).toEqual(["0"]);
});
