import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  apiOf,
  createConversation,
  createPerson,
  findAxeViolations,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

describe("a stranger's first message", () => {
  test("can be accepted or blocked, and its links can't be followed before", async () => {
    const [stranger, me] = await Promise.all([
      createPerson("Mira Stone"),
      createPerson("Ana Alvarez"),
    ]);
    const api = await apiOf(stranger);
    await api.send({ handle: me.handle }, "look at https://example.com");
    const page = await browser.openAs(me, { path: "/messages" });
    await page.locator("#conversations li a", { hasText: "Mira Stone" }).click();
    const request = page.getByRole("region", { name: "Request", exact: true });
    await request.getByText("You haven't written with Mira Stone before.").waitFor();
    const link = page.getByRole("log").getByRole("link", { includeHidden: true });
    await page.getByRole("log").getByText("look at https://example.com").waitFor();
    expect(await link.count()).toBe(0);
    expect(await findAxeViolations(page)).toEqual([]);

    await request.getByRole("button", { name: "Accept" }).click();
    await request.waitFor({ state: "detached" });
    const composer = page.getByRole("textbox", { name: "Message to Mira Stone" });
    await expect
      .poll(() => composer.evaluate((element) => element === document.activeElement))
      .toBe(true);
    await expect.poll(() => link.count()).toBe(1);
    await api.messageGroups.list.query({});

    await page.getByRole("button", { name: "Conversation menu" }).click();
    await page.getByRole("menuitem", { name: "Block" }).click();
    const question = page.getByRole("dialog", { name: "Block Mira Stone?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await api.send({ handle: me.handle }, "not blocked yet");
    await page.getByRole("button", { name: "Conversation menu" }).click();
    await page.getByRole("menuitem", { name: "Block" }).click();
    await question.getByRole("button", { name: "Block", exact: true }).click();
    const blocked = page.getByRole("region", { name: "Blocked" });
    await blocked.getByText("You have blocked Mira Stone.").waitFor();
    await composer.waitFor({ state: "detached" });
    await expect(api.send({ handle: me.handle }, "hello?")).rejects.toMatchObject({
      data: { app_code: "cannot_message" },
    });
    await page.goto("/settings");
    await page.getByRole("button", { name: "Unblock Mira Stone" }).click();
    await page.getByText("You have blocked nobody.").waitFor();
    await api.send({ handle: me.handle }, "thank you");
  });
});

test("a stranger sees how many messages are left, and can write again when the other person answers", async () => {
  const [mira, ben] = await Promise.all(["Mira Stone", "Ben Brook"].map(createPerson));
  if (!mira || !ben) throw new Error("nobody to test with");
  const api = await apiOf(ben);
  const { message_group_uuid } = await api.send({ handle: mira.handle }, "one");
  const page = await browser.openAs(ben, { path: `/messages/${message_group_uuid}` });
  const line = page.getByRole("region", { name: "Request sent" });
  await line.getByText("2 of 3 messages until Mira Stone answers.").waitFor();
  const composer = page.getByRole("textbox", { name: "Message to Mira Stone" });
  await composer.fill("two");
  await composer.press("Enter");
  await line.getByText("1 of 3 messages until Mira Stone answers.").waitFor();
  await composer.fill("a draft");
  await api.send({ message_group_uuid }, "three, from another device");
  await line.getByText("You can write again as soon as Mira Stone answers.").waitFor();
  expect(await composer.isEditable()).toBe(false);
  await composer.press("Enter");
  expect(await composer.inputValue()).toBe("a draft");
  expect(await findAxeViolations(page)).toEqual([]);
  const reader = await browser.openAs(mira, { path: `/messages/${message_group_uuid}` });
  await reader.getByRole("textbox", { name: "Message to Ben Brook" }).fill("hello Ben");
  await reader.getByRole("textbox", { name: "Message to Ben Brook" }).press("Enter");
  await line.waitFor({ state: "detached" });
  await composer.press("Enter");
  await reader.getByRole("log").getByText("a draft").waitFor();
});

describe("who reaches a person", () => {
  test("is their setting; a stranger's group is a request, and blocked people are folded in it", async () => {
    const [me, mira, ben] = await Promise.all(
      ["Ana Alvarez", "Mira Stone", "Ben Brook"].map(createPerson),
    );
    if (!me || !mira || !ben) throw new Error("nobody to test with");
    const page = await browser.openAs(me, { path: "/settings" });
    await page.getByRole("radio", { name: "Go to Requests" }).click();
    await expect
      .poll(async () => (await (await apiOf(me)).users.me.query()).first_messages)
      .toBe("requests");
    expect(await findAxeViolations(page)).toEqual([]);
    await page.goto("/messages");
    await page.getByRole("button", { name: "Account of Ana Alvarez", exact: true }).waitFor();

    const [byMira, byBen] = await Promise.all([mira, ben].map(apiOf));
    if (!byMira || !byBen) throw new Error("nobody to test with");
    const { message_group_uuid } = await byMira.messageGroups.create.mutate({
      ...{ handles: [me.handle, ben.handle], name: "Holiday", client_id: randomUUID() },
    });
    await byMira.send({ message_group_uuid }, "look at https://example.com");
    await page.getByRole("button", { name: "Account of Ana Alvarez, new requests" }).click();
    await page.getByRole("menuitem", { name: "Requests (new)" }).click();
    await page.locator("#conversations li a", { hasText: "Holiday" }).click();
    const request = page.getByRole("region", { name: "Request", exact: true });
    await request.getByText("Mira Stone added you to this group.").waitFor();
    const log = page.getByRole("log");
    await log.getByText("look at https://example.com").waitFor();
    expect(await log.getByRole("link", { includeHidden: true }).count()).toBe(0);
    // Reading the request clears the dot.
    await page.getByRole("button", { name: "Account of Ana Alvarez", exact: true }).waitFor();

    await request.getByRole("button", { name: "Report" }).click();
    const report = page.getByRole("dialog", { name: "Report Mira Stone?" });
    await report.getByRole("radio", { name: "Insults or threats" }).check();
    expect(await findAxeViolations(page)).toEqual([]);
    await report.getByRole("button", { name: "Report", exact: true }).click();
    await page.getByText("The operators will look at your report.").first().waitFor();
    await request.getByRole("button", { name: "Block" }).click();
    const block = page.getByRole("dialog", { name: "Block Mira Stone?" });
    await block.getByRole("button", { name: "Block", exact: true }).click();
    await log.getByText("Hidden message.").waitFor();
    expect(await log.getByText("look at").count()).toBe(0);
    await request.getByRole("button", { name: "Accept" }).click();
    await request.waitFor({ state: "detached" });
    const folded = await byMira.send({ message_group_uuid }, "can you see me?");
    await byBen.messages.create.mutate({
      ...{ message_group_uuid, message: "who are you?", reply_to: folded.uuid },
      client_id: randomUUID(),
    });
    await log.getByText("who are you?").waitFor();
    const quote = log.getByRole("button", { name: /reply to/ });
    expect(await quote.textContent()).toBe("In reply to Mira Stone: Hidden message");
    expect(await log.getByText("can you see me?").count()).toBe(0);
    await log.getByRole("button", { name: "Show" }).last().click();
    await log.getByText("can you see me?").waitFor();
  });
});

describe("the menu of a conversation in the inbox", () => {
  test("opens from the keyboard, pins, and gives the focus back", async () => {
    const { a } = await createConversation(["one"]);
    const page = await browser.openAs(a, { path: "/messages" });
    const row = page.locator("#conversations li", { hasText: "Ben Brook" });
    await row.getByRole("link").focus();
    await page.keyboard.press("Shift+F10");
    await page.getByRole("menuitem", { name: "Pin", exact: true }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Pin");
    await page.keyboard.press("Enter");
    await row.getByText(", pinned").waitFor({ state: "attached" });
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("A");
  });

  test("archives it until the next message, pins, mutes and marks it as unread, on all devices", async () => {
    const { a, apiA, apiB, message_group_uuid } = await createConversation(["one", "two"]);
    const [page, other] = await Promise.all([
      browser.openAs(a, { path: "/messages" }),
      browser.openAs(a, { path: "/messages" }),
    ]);
    const row = page.locator("#conversations li", { hasText: "Ben Brook" });
    const choose = async (name: string) => {
      await row.getByRole("link").focus();
      await row.getByRole("button", { name: "Menu of the conversation with Ben Brook" }).click();
      await page.getByRole("menuitem", { name, exact: true }).click();
    };
    await row.waitFor();
    await choose("Pin");
    await row.getByText(", pinned").waitFor({ state: "attached" });
    await choose("Mute for good");
    await row.getByText(", muted").waitFor({ state: "attached" });
    await choose("Mark as unread");
    await row.getByRole("link", { name: /unread/ }).waitFor();
    // A muted conversation isn't counted in the title.
    expect(await page.title()).not.toMatch(/\d/);
    await choose("Unmute");
    await expect.poll(() => page.title()).toMatch(/\(1\)/);
    await choose("Archive");
    await row.waitFor({ state: "detached" });
    const otherRow = other.locator("#conversations li", { hasText: "Ben Brook" });
    await otherRow.waitFor({ state: "detached" });

    await page.getByRole("button", { name: /^Account of/ }).click();
    await page.getByRole("menuitem", { name: "Archive", exact: true }).click();
    await row.waitFor();
    await page.getByRole("button", { name: "Back to the inbox" }).click();
    await row.waitFor({ state: "detached" });
    await apiB.send({ message_group_uuid }, "are you there?");
    await row.getByText("are you there?").waitFor();
    await otherRow.getByText("are you there?").waitFor();
    await expect
      .poll(async () => (await apiA.messageGroups.get.query({ message_group_uuid })).folder)
      .toBe("inbox");
  });
});
