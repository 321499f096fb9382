import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";

export const OUT = fileURLToPath(new URL("../../../docs/screenshots", import.meta.url));

export const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};

interface Journey {
  browser: Browser;
  baseURL: string;
  /** Of the demo people. */
  password: string;
}

/** The acceptance test: one writes to another by handle, the other finds it and answers. */
export async function shootTwoPeople({ browser, baseURL, password }: Journey): Promise<void> {
  const [desktop, phone] = await Promise.all(
    [SIZES.desktop, SIZES.phone].map((size) =>
      browser.newContext({ ...size, baseURL, locale: "en-GB" }),
    ),
  );
  if (desktop === undefined || phone === undefined) return;
  await signIn(desktop, "andrewbrown", password);
  await signIn(phone, "londo", password);
  const [andrew, londo] = [await desktop.newPage(), await phone.newPage()];
  const question = "Ambassador, are you free for a word at four?";
  const answer = "For you, always. Bring something to drink.";

  await andrew.goto("/messages/new/londo");
  await andrew.getByRole("textbox").fill(question);
  await capture(andrew, "two-people-1-write.png");
  await andrew.keyboard.press("Enter");
  await andrew.getByRole("log").getByText(question).waitFor();
  await londo.goto("/messages");
  await londo.getByRole("link", { name: /Andrew Brown/ }).waitFor();
  await capture(londo, "two-people-2-arrive.png");
  await londo.getByRole("link", { name: /Andrew Brown/ }).click();
  await londo.getByRole("log").getByText(question).waitFor();
  await londo.getByRole("textbox").fill(answer);
  await londo.getByRole("button", { name: "Send" }).click();
  await andrew.getByRole("log").getByText(answer).waitFor();
  await londo.getByText("Seen", { exact: true }).waitFor();
  await capture(andrew, "two-people-3-answer-desktop.png");
  await capture(londo, "two-people-3-answer-phone.png");
  await Promise.all([desktop.close(), phone.close()]);
}

/** Three people in a group: it is made on a desktop, and somebody is mentioned from a phone. */
export async function shootGroup({ browser, baseURL, password }: Journey): Promise<void> {
  const base = { baseURL, locale: "en-GB" };
  const desktop = await browser.newContext({ ...SIZES.desktop, ...base });
  const phone = await browser.newContext({ ...SIZES.phone, ...base, colorScheme: "dark" });
  await signIn(desktop, "andrewbrown", password);
  await signIn(phone, "mira", password);
  const [andrew, mira] = [await desktop.newPage(), await phone.newPage()];
  const dialog = andrew.getByRole("dialog");
  const answer = "@andrewbrown I bring the charts, Londo brings the wine.";

  await andrew.goto("/messages");
  await andrew.getByRole("button", { name: "New message" }).first().click();
  await dialog.getByRole("button", { name: "New group" }).click();
  for (const handle of ["mira", "londo"]) {
    await dialog.getByRole("combobox").fill(handle);
    await dialog.getByRole("option").filter({ hasText: handle }).first().click();
  }
  await capture(andrew, "group-new-1-people.png");
  await dialog.getByRole("button", { name: "Next" }).click();
  await dialog.getByLabel("Name").fill("Sunday hike");
  await dialog.getByLabel("First message").fill("Who is in for Sunday?");
  await capture(andrew, "group-new-2-name.png");
  await andrew.keyboard.press("Control+Enter");
  await andrew.getByRole("log").getByText("Who is in for Sunday?").waitFor();

  await mira.goto("/messages");
  await mira.getByRole("link", { name: /Sunday hike/ }).click();
  await mira.getByRole("log").getByText("Who is in for Sunday?").waitFor();
  await mira.getByRole("textbox").fill(answer);
  await mira.getByRole("button", { name: "Send" }).click();
  const row = andrew.getByRole("log").getByRole("listitem").filter({ hasText: "brings the wine" });
  await row.hover();
  await row.getByRole("button", { name: "React" }).click();
  await capture(andrew, "group-react.png");
  await andrew.getByRole("menuitemcheckbox").first().click();
  await mira.getByRole("list", { name: "Reactions" }).waitFor();
  await capture(mira, "group-phone.png");
  await capture(andrew, "group-desktop.png");
  await andrew
    .getByRole("button", { name: /^Group details/ })
    .first()
    .click();
  await dialog.getByText("Mira Okafor").waitFor();
  await capture(andrew, "group-details.png");
  await Promise.all([desktop.close(), phone.close()]);
}

/** What is done to messages: an answer, a reaction and an edit, seen by both. */
export async function shootMarks({ browser, baseURL, password }: Journey): Promise<void> {
  const base = { baseURL, locale: "en-GB" };
  const desktop = await browser.newContext({ ...SIZES.desktop, ...base, colorScheme: "dark" });
  const phone = await browser.newContext({ ...SIZES.phone, ...base });
  await signIn(desktop, "andrewbrown", password);
  await signIn(phone, "mira", password);
  const [andrew, mira] = [await desktop.newPage(), await phone.newPage()];
  const rows = andrew.getByRole("log").locator("li[data-state]");
  const field = andrew.getByRole("textbox");
  const answer = "The hangar bay, at nine.";

  await andrew.goto("/messages/@mira");
  await rows.last().hover();
  await rows.last().getByRole("button", { name: "Reply" }).click();
  await field.fill("The hangar bay, at eight.");
  await andrew.keyboard.press("Enter");
  await andrew.locator("li[data-state=sent]").filter({ hasText: "at eight" }).waitFor();
  await field.press("ArrowUp");
  await andrew.getByText("Editing").first().waitFor();
  await field.fill(answer);
  await andrew.keyboard.press("Enter");
  const answered = rows.filter({ hasText: answer });
  await answered.hover();
  await answered.getByRole("button", { name: "React" }).click();
  await andrew.getByRole("menuitemcheckbox").first().click();
  await mira.goto("/messages/@andrewbrown");
  await mira.getByRole("log").getByText(answer).waitFor();
  await capture(mira, "message-marks-phone.png");
  await capture(andrew, "message-marks-desktop.png");
  await answered.hover();
  await answered.getByRole("button", { name: "React" }).click();
  await andrew.getByRole("menuitem", { name: "More emoji" }).click();
  await andrew.getByRole("dialog").getByLabel("Or any other emoji").waitFor();
  await capture(andrew, "emoji-desktop.png");
  await Promise.all([desktop.close(), phone.close()]);
}

export async function signIn(
  context: BrowserContext,
  handle: string,
  password: string,
): Promise<void> {
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByLabel("Handle or email").fill(handle);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/messages");
  await page.close();
}

export async function capture(page: Page, file: string): Promise<void> {
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(OUT, file), animations: "disabled" });
  process.stderr.write(`${file}\n`);
}
