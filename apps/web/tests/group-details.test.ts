import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { intercept } from "./intercept.ts";
import { apiOf, createPerson, findAxeViolations, settleColours, useBrowser } from "./support.ts";

const browser = useBrowser();
const dialog = (page: Page) => page.getByRole("dialog");

async function createGroup() {
  const [ana, ben, cleo, dan] = await Promise.all(
    ["Ana Alvarez", "Ben Brook", "Cleo Chen", "Dan Drummond"].map(createPerson),
  );
  if (!ana || !ben || !cleo || !dan) throw new Error("nobody to test with");
  const { message_group_uuid } = await (await apiOf(ana)).messageGroups.create.mutate({
    ...{ handles: [ben.handle, cleo.handle], client_id: randomUUID() },
    ...{ name: "Sunday hike", message: "from before" },
  });
  return { ana, ben, dan, path: `/messages/${message_group_uuid}` };
}

test("group details whose code doesn't come leave the conversation alone and offer to try again", async () => {
  const { ana, path } = await createGroup();
  const page = await browser.openAs(ana);
  const code = /group-details-[^/]*\.js/;
  const bringCode = await intercept(page, code, (route) => route.abort());
  await page.getByRole("navigation").getByRole("link").first().click();
  await page.getByRole("log").getByText("from before").waitFor();
  const open = () =>
    page
      .getByRole("button", { name: /^Group details/ })
      .first()
      .click();

  // The code doesn't come: the conversation stays, and the dialog offers to try again.
  await open();
  await dialog(page).getByText("This couldn't be loaded").waitFor();
  await settleColours(page);
  expect(await findAxeViolations(page)).toEqual([]);
  await page.getByRole("log").getByText("from before").waitFor();
  bringCode();
  await dialog(page).getByRole("button", { name: "Try again" }).click();
  await dialog(page).getByText("3 people").waitFor();
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "detached" });
  await expect.poll(() => new URL(page.url()).pathname).toBe(path);
});

test("an owner makes another member the owner and adds somebody with the history, and a refusal is said in words", async () => {
  const { ana, ben, dan, path } = await createGroup();
  const page = await browser.openAs(ana, { path });
  await page.getByRole("log").getByText("from before").waitFor();
  await page
    .getByRole("button", { name: /^Group details/ })
    .first()
    .click();
  await dialog(page).getByRole("button", { name: "Add people" }).click();
  await dialog(page).getByRole("button", { name: "Add", exact: true }).click();
  await dialog(page).getByRole("alert").getByText("Choose at least one person.").waitFor();
  await page.getByRole("combobox").fill(dan.handle);
  await page.getByRole("option").filter({ hasText: dan.handle }).click();
  await dialog(page).getByRole("switch", { name: "Share earlier messages" }).click();
  await settleColours(page);
  expect(await findAxeViolations(page)).toEqual([]);
  await dialog(page).getByRole("button", { name: "Add", exact: true }).click();
  await dialog(page).getByText("4 people").waitFor();
  const other = await browser.openAs(dan, { path });
  await other.getByRole("log").getByText("from before").waitFor();

  const actions = dialog(page).getByRole("button", { name: "Actions for Ben Brook" });
  const makeOwner = page.getByRole("menuitem", { name: "Make owner" });
  await actions.click();
  await makeOwner.click();
  const letThrough = await intercept(page, "**/trpc/messageGroups.makeOwner*", (route) =>
    route.abort(),
  );
  await dialog(page).getByRole("button", { name: "Make owner" }).click();
  await dialog(page).getByRole("alert").waitFor();
  letThrough();
  await dialog(page).getByRole("button", { name: "Make owner" }).click();
  const row = dialog(page).getByRole("listitem").filter({ hasText: ben.handle });
  await row.getByText("Owner", { exact: true }).waitFor();
  // Whoever passed the group on can no longer do so.
  await actions.click();
  await page.getByRole("menuitem").first().waitFor();
  expect(await makeOwner.count()).toBe(0);
});

test("a new group whose code doesn't come offers to try again", async () => {
  const { ana } = await createGroup();
  const page = await browser.openAs(ana);
  const code = /new-group-[^/]*\.js/;
  const bringCode = await intercept(page, code, (route) => route.abort());
  await page.keyboard.press("Control+k");
  await dialog(page).getByRole("button", { name: "New group" }).click();
  await dialog(page).getByText("This couldn't be loaded").waitFor();
  bringCode();
  await dialog(page).getByRole("button", { name: "Try again" }).click();
  await dialog(page).getByRole("combobox").waitFor();
});
