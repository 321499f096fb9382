import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { intercept } from "./intercept.ts";
import { createPerson, findAxeViolations, readCode, useBrowser } from "./support.ts";

const browser = useBrowser();

const described = (field: Locator) =>
  field.evaluate((input) =>
    (input.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" "),
  );

async function submit(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label).fill(text);
  await page.getByRole("button", { name: "Create account" }).click();
}

test("an error of a handle or an email is shown at that field, which has the focus, until it is changed", async () => {
  const [taken, page] = await Promise.all([createPerson("Tara Taken"), browser.open()]);
  const free = `free${taken.handle}`.slice(0, 30);
  await page.goto("/sign-up");
  const [handle, email] = [page.getByLabel("Handle"), page.getByLabel("Email")];
  const password = taken.password;
  await submit(page, { Name: "Tom", Handle: taken.handle, Email: taken.email, Password: password });
  await page.getByText("That handle is taken.").first().waitFor();
  expect(await handle.getAttribute("aria-invalid")).toBe("true");
  expect(await described(handle)).toMatch(/2 to 30 letters.*That handle is taken\. Try another\./);
  expect(await handle.evaluate((input) => input === document.activeElement)).toBe(true);
  expect(await email.getAttribute("aria-invalid")).toBeNull();
  expect(await page.locator("form").getByText("That handle is taken").count()).toBe(1);
  expect(await findAxeViolations(page)).toEqual([]);

  await handle.fill(free);
  expect(await handle.getAttribute("aria-invalid")).toBeNull();
  const account = (url: URL) => url.pathname === "/account";
  const stop = await intercept(page, account, (route) =>
    route.fulfill({ status: 409, json: { app_code: "email_taken" } }),
  );
  await submit(page, {});
  await expect.poll(() => email.getAttribute("aria-invalid")).toBe("true");
  expect(await described(email)).toContain("There is already an account with that email address.");
  stop();
  await submit(page, { Email: `other-${taken.email}` });
  await page.getByRole("heading", { name: "Check your email" }).waitFor();
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect.poll(() => page.getByLabel("Code").getAttribute("aria-invalid")).toBe("true");
});

test("an error that belongs to no field, such as a wrong password, is shown above the button", async () => {
  const [person, page] = await Promise.all([createPerson("Petra Plain"), browser.open()]);
  await page.goto("/sign-in");
  await page.getByLabel("Handle or email").fill(person.handle);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.locator("form").getByText("That handle and password don't match.").waitFor();
  expect(await page.locator("[aria-invalid]").count()).toBe(0);
});

test("a confirmation code is accepted with spaces in it", async () => {
  const page = await browser.open();
  const handle = `spaced${Date.now().toString(36)}`;
  await page.goto("/sign-up");
  const Email = `${handle}@example.com`;
  await submit(page, { Name: "Sam", Handle: handle, Email, Password: "correct horse battery" });
  await page.getByRole("heading", { name: "Check your email" }).waitFor();
  const code = await readCode(handle);
  await page.getByLabel("Code").fill(` ${code.slice(0, 3)} ${code.slice(3)}`);
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByText("No messages yet").waitFor();
});

test("the step of the code survives a reload, names the address, and then asks to sign in", async () => {
  const page = await browser.open();
  const handle = `reload${Date.now().toString(36)}`;
  await page.goto("/sign-up");
  const Email = `${handle}@example.com`;
  await submit(page, { Name: "Rea", Handle: handle, Email, Password: "correct horse battery" });
  await page.getByText(`We sent a code to ${Email}.`).waitFor();
  await page.reload();
  await page.getByText(`We sent a code to ${Email}.`).waitFor();
  await page.getByLabel("Code").fill(await readCode(handle));
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await page.getByLabel("Handle or email").inputValue()).toBe(handle);
});

test("the typed handle follows to the forgotten password and back, and its code step survives a reload", async () => {
  const [person, page] = await Promise.all([createPerson("Fay"), browser.open()]);
  await page.goto("/sign-in?next=%2Fsettings");
  await page.getByLabel("Handle or email").fill(person.handle);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  expect(await page.getByLabel("Handle or email").inputValue()).toBe(person.handle);
  await page.getByRole("button", { name: "Send code" }).click();
  await page.getByLabel("Code").waitFor();
  await page.reload();
  await page.getByLabel("Code").fill(await readCode(person.handle));
  const password = page.getByLabel("New password");
  await password.fill("another long enough one");
  expect(await password.getAttribute("type")).toBe("password");
  await page.getByRole("button", { name: "Show what is typed" }).click();
  expect(await password.getAttribute("type")).toBe("text");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await page.getByLabel("Handle or email").inputValue()).toBe(person.handle);
  await page.getByLabel("Password", { exact: true }).fill("another long enough one");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/settings");
});
