import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import {
  createConversation,
  expectNoSideScroll,
  findAxeViolations,
  settle,
  settleColours,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

test("a person downloads their data, changes their handle, and asks for an erasure that they undo when they sign in", async () => {
  const { a } = await createConversation(["a message to take along"]);
  const page = await browser.openAs(a, { path: "/settings" });
  const section = page.getByRole("region", { name: "Your data" });
  const prove = async (submit: string) => {
    await page.getByLabel("Your current password").fill(a.password);
    await page.getByRole("dialog").getByRole("button", { name: submit }).click();
  };

  await section.getByRole("button", { name: "Download your data" }).click();
  await page.getByLabel("Your current password").fill("guess");
  await page.getByRole("dialog").getByRole("button", { name: "Download" }).click();
  await settle(page, "That password isn't right.");
  const [download] = await Promise.all([page.waitForEvent("download"), prove("Download")]);
  expect(download.suggestedFilename()).toMatch(/^cruddur-.+\.jsonl$/);
  const file = await readFile(await download.path(), "utf8");
  expect(file).toContain("a message to take along");
  expect(file.trim().split("\n").at(-1)).toContain('"type":"end"');

  await page.getByLabel("Handle").fill("admin");
  await page.getByRole("button", { name: "Save handle" }).click();
  await page.getByText("That handle is taken. Try another.").first().waitFor();
  const handle = `${a.handle}-2`;
  await page.getByLabel("Handle").fill(handle);
  await page.keyboard.press("Enter");
  await settle(page, `Your handle is now @${handle}.`);

  await section.getByRole("button", { name: "Erase your account" }).click();
  await prove("Erase my account");
  await section.getByText(/Your account will be erased on/).waitFor();
  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await settleColours(page);
    expect(await findAxeViolations(page), theme).toEqual([]);
  }
  await expectNoSideScroll(page);

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.getByLabel("Handle or email").fill(a.handle);
  await page.getByLabel("Password", { exact: true }).fill(a.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  const reminder = page.getByRole("dialog", { name: "Your account will be erased" });
  await reminder.waitFor();
  await page.keyboard.press("Enter");
  await settle(page, "Your account stays.");
  await expect.poll(() => reminder.count()).toBe(0);
});
