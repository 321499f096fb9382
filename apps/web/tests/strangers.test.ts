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
    await expect.poll(() => link.count()).toBe(1);
    await api.messageGroups.list.query({});

    await page.getByRole("button", { name: "Conversation menu" }).click();
    await page.getByRole("menuitem", { name: "Block" }).click();
    const blocked = page.getByRole("region", { name: "Blocked" });
    await blocked.getByText("You have blocked Mira Stone.").waitFor();
    await expect(api.send({ handle: me.handle }, "hello?")).rejects.toMatchObject({
      data: { app_code: "cannot_message" },
    });
    await page.goto("/settings");
    await page.getByRole("button", { name: "Unblock Mira Stone" }).click();
    await page.getByText("You have blocked nobody.").waitFor();
    await api.send({ handle: me.handle }, "thank you");
  });
});

describe("the menu of a conversation in the inbox", () => {
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
