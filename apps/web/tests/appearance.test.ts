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

test("theme and text size are chosen in the settings, over those of the device, and stay", async () => {
  const person = await createPerson("Thea");
  const page = await browser.openAs(person, {
    path: "/settings",
    colorScheme: "light",
    viewport: { width: 320, height: 640 },
  });
  const look = () =>
    page.evaluate(() => ({
      background: getComputedStyle(document.body).backgroundColor,
      size: getComputedStyle(document.body).fontSize,
    }));
  await page.getByRole("radio", { name: "Dark" }).check();
  await page.getByRole("radio", { name: "Largest" }).check();
  const chosen = { background: "rgb(17, 20, 24)", size: "18.75px" };
  await expect.poll(look).toEqual(chosen);
  await page.reload();
  await page.getByRole("radio", { name: "Dark" }).waitFor();
  expect(await look()).toEqual(chosen);
  await settleColours(page);
  expect(await findAxeViolations(page)).toEqual([]);
  await expectNoSideScroll(page);
  await page.getByRole("radio", { name: "System" }).check();
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(look).toEqual(chosen);
  await page.emulateMedia({ colorScheme: "light" });
  await expect.poll(look).toEqual({ ...chosen, background: "rgb(255, 255, 255)" });
});

test("the name can be saved after a change only, with a count of characters at the limit", async () => {
  const page = await browser.openAs(await createPerson("Sven"), { path: "/settings" });
  const name = page.getByLabel("Name", { exact: true });
  const save = page.getByRole("button", { name: "Save name" });
  await name.waitFor();
  expect(await save.isDisabled()).toBe(true);
  await name.fill("x".repeat(45));
  await page.getByText("5 left.").waitFor();
  expect(await save.isDisabled()).toBe(false);
  await name.fill("x".repeat(51));
  await page.getByText("50 characters at most.").waitFor();
  await name.fill("Sven");
  expect(await save.isDisabled()).toBe(true);
});

test("with text of twice the size, set in the browser, no page scrolls sideways or violates WCAG 2.2 AA", async () => {
  const { a, b, message_group_uuid } = await createConversation([
    "hello",
    "a long answer ".repeat(20),
  ]);
  const page = await browser.openAs(a);
  for (const [path, text] of [
    ["/messages", b.display_name],
    [`/messages/${message_group_uuid}`, "a long answer"],
    ["/settings", "Appearance"],
  ] as const) {
    await page.goto(path);
    await settle(page, text);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe("30px");
    await settleColours(page);
    await expectNoSideScroll(page);
    expect(await findAxeViolations(page)).toEqual([]);
  }
});
