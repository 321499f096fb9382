import { randomUUID } from "node:crypto";
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import {
  createConversation,
  expectNoSideScroll,
  findAxeViolations,
  PHONE,
  settleColours,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

/** Two people, each with the conversation open. */
async function openBoth(lines: readonly string[]) {
  const talk = await createConversation(lines);
  const path = `/messages/${talk.message_group_uuid}`;
  const [ana, ben] = await Promise.all([
    browser.openAs(talk.a, { path }),
    browser.openAs(talk.b, { path }),
  ]);
  for (const page of [ana, ben]) await rowOf(page, lines.at(-1) ?? "").waitFor();
  return { ...talk, path, ana, ben };
}

const rowOf = (page: Page, text: string | RegExp) =>
  page.locator("[role=log] li[data-state]", { hasText: text });
const chip = (row: Locator, emoji: string) =>
  row.getByRole("list", { name: "Reactions" }).getByRole("button", { name: emoji });
const field = (page: Page) => page.getByRole("textbox");

async function choose(row: Locator, item: string): Promise<void> {
  await row.hover();
  await row.getByRole("button", { name: "Message actions" }).click();
  await row.page().getByRole("menuitem", { name: item, exact: true }).click();
}

async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

describe("by mouse", () => {
  test("a message is answered, quoted as it is today, and found again by its quote", async () => {
    const { ana, ben, apiB, message_group_uuid } = await openBoth(["a question", "something"]);
    await rowOf(ben, "a question").hover();
    await rowOf(ben, "a question").getByRole("button", { name: "Reply" }).click();
    await ben.getByText("Replying to Ana Alvarez").waitFor();
    expect(await findAxeViolations(ben)).toEqual([]);
    await write(ben, "an answer");
    expect(await ben.getByText("Replying to").count()).toBe(0);

    const quote = (page: Page) =>
      rowOf(page, "an answer").getByRole("button", { name: /reply to/ });
    await expect.poll(() => quote(ana).textContent()).toBe("In reply to You: a question");
    await choose(rowOf(ana, "a question").first(), "Edit");
    await expect.poll(() => field(ana).inputValue()).toBe("a question");
    await write(ana, "another question");
    await expect.poll(() => quote(ben).textContent()).toContain("another question");
    await quote(ben).click();
    await ben.locator("[class*=highlighted]", { hasText: "another question" }).waitFor();

    await choose(rowOf(ana, "another question").first(), "Delete");
    await ana.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await rowOf(ben, "Ana Alvarez deleted a message").waitFor();
    await expect.poll(() => quote(ben).textContent()).toContain("Deleted message");
    expect(await ben.getByRole("log").textContent()).not.toContain("another question");

    // A quote of a message that isn't loaded is read by its uuid.
    const { items } = await apiB.messages.list.query({ message_group_uuid });
    for (let i = 0; i < 60; i += 1) await apiB.send({ message_group_uuid }, `filler ${i}`);
    await apiB.messages.create.mutate({
      ...{ message_group_uuid, client_id: randomUUID(), message: "late answer" },
      reply_to: items[1]?.uuid ?? "",
    });
    await ana.reload();
    const late = rowOf(ana, "late answer").getByRole("button", { name: /reply to/ });
    await expect.poll(() => late.textContent()).toBe("In reply to Ben Brook: something");
    await late.click();
    await ana.locator("[class*=highlighted]", { hasText: "something" }).waitFor();
  });

  test("reactions are chosen, toggled by a click, counted and named", async () => {
    const { ana, ben } = await openBoth(["first", "second"]);
    const [mine, theirs] = [rowOf(ana, "second"), rowOf(ben, "second")];
    await mine.hover();
    await mine.getByRole("button", { name: "React" }).click();
    await ana.getByRole("menuitemcheckbox", { name: "👍" }).click();
    await chip(mine, "👍 1, You").waitFor();
    await chip(theirs, "👍 1, Ana Alvarez").click();
    await chip(mine, "👍 2, You and Ben Brook").waitFor();
    await settleColours(ana);
    expect(await findAxeViolations(ana)).toEqual([]);
    await choose(mine, "Who reacted");
    await ana.getByRole("dialog").getByText("You and Ben Brook").waitFor();
    await ana.keyboard.press("Escape");
    await chip(mine, "👍").click();
    await chip(theirs, "👍 1, You").waitFor();

    await mine.hover();
    await mine.getByRole("button", { name: "React" }).click();
    await ana.getByRole("menuitem", { name: "More emoji" }).click();
    const dialog = ana.getByRole("dialog");
    await dialog.getByRole("button", { name: "🔥" }).waitFor();
    expect(await findAxeViolations(ana)).toEqual([]);
    await dialog.getByLabel("Or any other emoji").fill("no emoji");
    await dialog.getByRole("button", { name: "React" }).click();
    await dialog.getByText("Choose one emoji.").waitFor();
    await dialog.getByLabel("Or any other emoji").fill("🦉");
    await dialog.getByRole("button", { name: "React" }).click();
    await chip(theirs, "🦉 1, Ana Alvarez").waitFor();
  });

  test("a message that was deleted for oneself is gone on all one's own devices, and not for the other", async () => {
    const { ana, ben, b, path } = await openBoth(["stays", "goes"]);
    const other = await browser.openAs(b, { path });
    await rowOf(other, "goes").waitFor();
    await choose(rowOf(ben, "goes"), "Delete for me");
    await ben.getByRole("dialog").getByRole("button", { name: "Delete for me" }).click();
    for (const page of [ben, other]) await rowOf(page, "goes").waitFor({ state: "detached" });
    await ben.reload();
    await rowOf(ben, "stays").waitFor();
    expect(await ben.locator("main").textContent()).not.toContain("goes");
    expect(await rowOf(ana, "goes").count()).toBe(1);
  });
});

test("by keyboard a message is edited with the arrow up, answered with R and deleted, and Escape leaves", async () => {
  const { ana, ben } = await openBoth(["first", "second", "third"]);
  await field(ana).fill("a draft");
  await field(ana).press("ArrowUp");
  expect(await field(ana).inputValue()).toBe("a draft");
  await field(ana).fill("");
  await field(ana).press("ArrowUp");
  await expect.poll(() => field(ana).inputValue()).toBe("third");
  expect(await field(ana).getAttribute("aria-label")).toBe("Edit message");
  await field(ana).press("Escape");
  await expect.poll(() => field(ana).inputValue()).toBe("");
  await field(ana).fill("kept draft");

  await rowOf(ana, "third").focus();
  await ana.keyboard.press("e");
  await expect.poll(() => field(ana).inputValue()).toBe("third");
  await write(ana, "third, edited");
  await rowOf(ben, "third, edited").getByText("Edited", { exact: true }).waitFor();
  await expect.poll(() => field(ana).inputValue()).toBe("kept draft");

  await rowOf(ana, "second").focus();
  await ana.keyboard.press("r");
  await ana.getByText("Replying to Ben Brook").waitFor();
  expect(await field(ana).inputValue()).toBe("kept draft");
  await field(ana).press("Enter");
  await rowOf(ben, "kept draft").getByText("In reply to You: second").waitFor();

  await rowOf(ana, "third, edited").focus();
  await ana.keyboard.press("Enter");
  await ana.getByRole("menuitem", { name: "Reply" }).waitFor();
  await ana.keyboard.press("ArrowUp");
  await ana.keyboard.press("ArrowLeft");
  await ana.keyboard.press("Enter");
  await chip(rowOf(ben, "third, edited"), "🙏").waitFor();

  await rowOf(ana, "third, edited").focus();
  await ana.keyboard.press("Delete");
  await ana.getByRole("dialog", { name: "Delete message?" }).waitFor();
  expect(await findAxeViolations(ana)).toEqual([]);
  await ana.keyboard.press("Escape");
  await rowOf(ana, "third, edited").focus();
  await ana.keyboard.press("Delete");
  await ana.getByRole("dialog").getByRole("button", { name: "Delete" }).press("Enter");
  await rowOf(ben, "Ana Alvarez deleted a message").waitFor();
  await ana.getByTestId("announcer-polite").getByText("Message deleted").waitFor();
});

test("by touch a swipe answers, holding a message reacts, and holding a reaction says whose it is", async () => {
  const { a, apiB, message_group_uuid } = await createConversation(["first", "second"]);
  const page = await browser.openAs(a, {
    ...{ path: `/messages/${message_group_uuid}`, viewport: { ...PHONE, width: 320 } },
    ...{ hasTouch: true, isMobile: true },
  });
  const row = rowOf(page, "second");
  await row.waitFor();
  const finger = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", x = 0, y = 0) =>
    finger.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [{ x, y }],
    });
  const centre = async (target: Locator) => {
    const box = await target.boundingBox();
    if (box === null) throw new Error("nothing there to touch");
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };

  const { x, y } = await centre(row.locator("[data-held]"));
  for (const [reach, replies] of [
    [30, 0],
    [80, 1],
  ] as const) {
    await touch("touchStart", x, y);
    for (let moved = 5; moved <= reach; moved += 5) await touch("touchMove", x + moved, y);
    await touch("touchEnd");
    await expect.poll(() => page.getByText("Replying to Ben Brook").count()).toBe(replies);
  }
  await page.getByRole("button", { name: "Don't reply" }).tap();

  async function hold(target: Locator): Promise<void> {
    const at = await centre(target);
    await touch("touchStart", at.x, at.y);
    await target.locator("xpath=self::*[@data-pressed]").waitFor();
    await touch("touchEnd");
  }
  await hold(row.locator("[data-held]").first());
  const more = page.getByRole("menuitem", { name: "More emoji" });
  await more.waitFor();
  await expectNoSideScroll(page);
  const box = await more.boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(320);
  await page.getByRole("menuitemcheckbox", { name: "❤️" }).tap();
  await chip(row, "❤️").waitFor();
  const { items } = await apiB.messages.list.query({ message_group_uuid });
  await apiB.messages.react.mutate({
    ...{ message_group_uuid, message_uuid: items.at(-1)?.uuid ?? "" },
    ...{ op_id: randomUUID(), emoji: "❤️" },
  });
  await hold(chip(row, "❤️ 2"));
  await page.getByRole("dialog").getByText("You and Ben Brook").waitFor();
  // Holding is not a tap: the reaction stays.
  expect(await chip(row, "❤️ 2").count()).toBe(1);
  expect(await findAxeViolations(page)).toEqual([]);
});

describe("without a network", () => {
  test("edits, deletions and reactions show at once and are made in order when it is back", async () => {
    const { ana, ben, path } = await openBoth(["first", "second", "third"]);
    const context = ana.context();
    await context.setOffline(true);
    await write(ana, "never sent");
    await write(ana, "sent late");
    await choose(rowOf(ana, "never sent"), "Delete");
    await ana.getByRole("dialog").getByText("It isn't sent yet.").waitFor();
    await ana.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await rowOf(ana, "never sent").waitFor({ state: "detached" });
    await choose(rowOf(ana, "sent late"), "Edit");
    await write(ana, "sent late, corrected");
    await rowOf(ana, "sent late, corrected").waitFor();
    await choose(rowOf(ana, "third"), "Edit");
    await write(ana, "third, edited");
    await rowOf(ana, "third, edited").getByText("Waiting to save").waitFor({ state: "attached" });
    await choose(rowOf(ana, "first"), "Delete");
    await ana.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await rowOf(ana, "You deleted a message").waitFor();
    await rowOf(ana, "second").hover();
    await rowOf(ana, "second").getByRole("button", { name: "React" }).click();
    await ana.getByRole("menuitemcheckbox", { name: "😂" }).click();
    await chip(rowOf(ana, "second"), "😂").waitFor();
    expect(await rowOf(ben, "second").getByText("😂").count()).toBe(0);

    // The tab is closed before the network is back: all of it waits in the browser.
    await ana.close();
    await context.setOffline(false);
    const next = await context.newPage();
    await next.goto(path);
    await rowOf(ben, "third, edited").waitFor();
    await rowOf(ben, "sent late, corrected").waitFor();
    await rowOf(ben, "Ana Alvarez deleted a message").waitFor();
    await chip(rowOf(ben, "second"), "😂").waitFor();
    expect(await ben.getByRole("log").textContent()).not.toContain("never sent");
    expect(await rowOf(ben, "sent late, corrected").getByText("Edited").count()).toBe(0);
  });
});

test("an edit that the server refuses is taken back in words, and its text can be copied", async () => {
  const { ana, apiA, message_group_uuid } = await openBoth(["first", "second", "third"]);
  // The message is deleted on another device before the edit arrives.
  await ana.route("**/trpc/messages.edit**", async (route) => {
    await rowOf(ana, "revived?").waitFor();
    const { items } = await apiA.messages.list.query({ message_group_uuid });
    await apiA.messages.delete.mutate({
      ...{ message_group_uuid, message_uuid: items.at(-1)?.uuid ?? "", op_id: randomUUID() },
    });
    await route.continue();
  });
  await choose(rowOf(ana, "third"), "Edit");
  await write(ana, "revived?");
  await ana.getByText("Your edit wasn't saved. That message was deleted.").first().waitFor();
  await ana.getByRole("button", { name: "Copy my text" }).waitFor();
  await rowOf(ana, "You deleted a message").waitFor();
  expect(await rowOf(ana, "revived?").count()).toBe(0);
});
