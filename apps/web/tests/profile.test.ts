import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  createConversation,
  createPerson,
  expectNoSideScroll,
  findAxeViolations,
  settle,
  settleColours,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

/** A PNG of stripes, wider than high, that the page itself draws. */
async function drawPng(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 900, height: 500 });
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    for (let x = 0; x < 900; x += 30) {
      context.fillStyle = `hsl(${x} 80% 50%)`;
      context.fillRect(x, 0, 30, 500);
    }
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  });
  return Buffer.from(base64, "base64");
}

/** The natural sizes of the pictures in a part of the page. */
const picturesIn = (page: Page, selector: string) =>
  page.evaluate(
    (within) =>
      [...document.querySelectorAll<HTMLImageElement>(`${within} img`)].map((image) => [
        image.naturalWidth,
        image.naturalHeight,
      ]),
    selector,
  );

test("a picture is chosen, shown to others at once, and removed; a file that is none is refused", async () => {
  const { a, b, message_group_uuid } = await createConversation(["hello"]);
  const other = await browser.openAs(b, { path: `/messages/${message_group_uuid}` });
  await settle(other, "hello");
  const page = await browser.openAs(a, { path: "/settings" });
  const choose = (name: string, mimeType: string, buffer: Buffer) =>
    page.getByLabel("Picture", { exact: true }).setInputFiles({ name, mimeType, buffer });

  await page.getByRole("button", { name: "Add a picture" }).waitFor();
  for (const [name, type, text] of [
    ["picture.svg", "image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ["picture.jpg", "image/jpeg", "<script>alert(1)</script>"],
  ] as const) {
    await choose(name, type, Buffer.from(text));
    await settle(page, "That isn't a picture that can be used here.");
  }
  await choose("stripes.png", "image/png", await drawPng(page));
  await settle(page, "Your picture was changed.");
  await expect.poll(() => picturesIn(page, "main")).toEqual([[256, 256]]);
  await expect.poll(() => picturesIn(other, "header")).toContainEqual([256, 256]);
  await expect.poll(() => picturesIn(other, "nav li")).toContainEqual([256, 256]);

  await page.getByRole("button", { name: "Remove picture" }).click();
  await settle(page, "Your picture was removed.");
  await expect.poll(() => picturesIn(other, "body")).toEqual([]);
});

test("name and picture in the header open the profile, with its groups, a block and a report", async () => {
  const { a, b, apiA, message_group_uuid } = await createConversation(["hello"]);
  const third = await createPerson("Cleo Third");
  const handles = [b.handle, third.handle];
  await apiA.messageGroups.create.mutate({
    handles,
    name: "Walkers",
    client_id: crypto.randomUUID(),
  });
  const viewport = { width: 320, height: 640 };
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}`, viewport });
  await settle(page, "hello");
  // The button covers the picture and the name, too.
  const picture = await page.locator("section header [data-initials]").boundingBox();
  await page.mouse.click((picture?.x ?? 0) + 10, (picture?.y ?? 0) + 10);
  const dialog = page.getByRole("dialog", { name: "Profile" });
  await dialog.getByText(`@${b.handle}`).waitFor();
  await dialog.getByText(/^Here since .* \d{4}$/).waitFor();
  await dialog.getByText("1 group in common").waitFor();
  await settleColours(page);
  expect(await findAxeViolations(page)).toEqual([]);
  await expectNoSideScroll(page);

  await dialog.getByRole("button", { name: "Report" }).click();
  const report = page.getByRole("dialog", { name: `Report ${b.display_name}?` });
  await report.getByRole("radio", { name: "Insults or threats" }).check();
  await report.getByRole("button", { name: "Report" }).click();
  await settle(page, "The operators will look at your report.");
  await dialog.getByRole("button", { name: "Block", exact: true }).click();
  const question = page.getByRole("dialog", { name: `Block ${b.display_name}?` });
  await question.getByRole("button", { name: "Block", exact: true }).click();
  await dialog.getByRole("button", { name: "Unblock" }).click();
  await dialog.getByRole("button", { name: "Block", exact: true }).waitFor();
  await dialog.getByRole("link", { name: "Walkers" }).click();
  await page.getByRole("heading", { level: 1, name: "Walkers" }).waitFor();
  await dialog.waitFor({ state: "detached" });
});

test("the chosen theme is there before the app's code is loaded", async () => {
  const page = await browser.openAs(await createPerson("Thea"), { colorScheme: "light" });
  await page.evaluate(() =>
    localStorage.setItem("cruddur-appearance", JSON.stringify({ theme: "dark" })),
  );
  await page.route(/assets\/index-.*\.js/, () => {});
  await page.goto(page.url(), { waitUntil: "commit" });
  await expect
    .poll(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor))
    .toBe("rgb(17, 20, 24)");
});
