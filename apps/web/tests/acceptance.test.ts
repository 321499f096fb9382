import { describe, expect, test } from "vitest";
import { createPerson, readCode, signIn, useBrowser } from "./support.ts";

const browser = useBrowser();

describe("a conversation between two people", () => {
  test("starts with a message to a handle, and both see the answer", async () => {
    const [ana, ben] = await Promise.all([createPerson("Ana"), createPerson("Ben")]);
    const first = await browser.openAs(ana, { path: `/messages/new/${ben.handle}` });
    expect(new URL(first.url()).pathname).toBe(`/messages/new/${ben.handle}`);
    await first.getByRole("textbox").fill("Good morning, Ben");
    await first.keyboard.press("Enter");
    await first.waitForURL(/\/messages\/[0-9a-f-]{36}$/);
    await first.getByRole("log").getByText("Good morning, Ben").waitFor();

    const second = await browser.openAs(ben);
    const item = second.getByRole("navigation").getByRole("listitem").first();
    await item.getByText("Good morning, Ben").waitFor();
    expect(await item.textContent()).toContain("Ana");
    await item.getByRole("link").click();
    await second.getByRole("log").getByText("Good morning, Ben").waitFor();
    await second.getByRole("textbox").fill("Good morning, Ana");
    await second.keyboard.press("Enter");

    await first.getByRole("log").getByText("Good morning, Ana").waitFor();
    expect(new URL(first.url()).pathname).toBe(new URL(second.url()).pathname);
  });

  test("is opened by both addresses of the other person", async () => {
    const [ana, ben] = await Promise.all([createPerson("Ana"), createPerson("Ben")]);
    const page = await browser.openAs(ana, { path: `/messages/@${ben.handle}` });
    await page.getByRole("textbox").fill("Once");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/messages\/[0-9a-f-]{36}$/);
    const conversation = page.url();
    for (const path of [`/messages/new/${ben.handle}`, `/messages/@${ben.handle}`]) {
      await page.goto(path);
      await page.waitForURL(conversation);
    }
  });
});

describe("accounts", () => {
  test("a person signs up, confirms the account by email and is signed in", async () => {
    const handle = `carla${Date.now().toString(36)}`;
    const page = await browser.open();
    await page.goto("/messages");
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Carla Cole");
    await page.getByLabel("Handle").fill(handle);
    await page.getByLabel("Email").fill(`${handle}@example.com`);
    await page.getByLabel("Password").fill("a long enough one");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.waitForURL(/\/confirm/);

    await page.getByLabel("Code").fill("000000");
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("That code isn't right").first().waitFor();
    await page.getByLabel("Code").fill(await readCode(handle));
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.waitForURL("**/messages");
    await page.getByText("No messages yet").waitFor();
  });

  test("a forgotten password is replaced by email, and the old one is refused", async () => {
    const person = await createPerson("Dora");
    const page = await browser.open();
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await page.getByLabel("Handle or email").fill(person.handle);
    await page.getByRole("button", { name: "Send code" }).click();
    await page.getByLabel("Code").waitFor();
    await page.getByLabel("Code").fill(await readCode(person.handle));
    await page.getByLabel("New password").fill("another good one");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.waitForURL(/\/sign-in/);
    await signIn(page, person);
    await page.getByText("That handle and password don't match.").first().waitFor();
    await signIn(page, { ...person, password: "another good one" });
    await page.waitForURL("**/messages");
  });

  test("signing out everywhere ends the sessions on other devices too", async () => {
    const person = await createPerson("Elsa");
    const [here, there] = await Promise.all([browser.openAs(person), browser.openAs(person)]);
    await here.goto("/settings");
    await here.getByRole("button", { name: "Sign out everywhere" }).click();
    const dialog = here.getByRole("dialog", { name: "Sign out everywhere?" });
    await dialog.getByLabel("Your current password").fill(person.password);
    await dialog.getByRole("button", { name: "Sign out everywhere" }).click();
    await here.waitForURL(/\/sign-in/);
    await there.waitForURL(/\/sign-in/);
    await here.goto("/messages");
    await here.waitForURL(/\/sign-in/);
  });
});

describe("a session that ends during work", () => {
  test("leads to the sign-in page and back to the same place, with the draft unchanged", async () => {
    const [ana, ben] = await Promise.all([createPerson("Ana"), createPerson("Ben")]);
    const page = await browser.openAs(ana, { path: `/messages/new/${ben.handle}` });
    await page.getByRole("textbox").fill("First");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/messages\/[0-9a-f-]{36}$/);
    const where = page.url();
    await page.getByRole("textbox").fill("A thought that isn't finished");
    await page.context().clearCookies();
    await page.reload();
    await page.waitForURL(/\/sign-in\?next=/);
    await signIn(page, ana);
    await page.waitForURL(where);
    await expect
      .poll(() => page.getByRole("textbox").inputValue())
      .toBe("A thought that isn't finished");
  });

  test("keeps no access token where a script could read it", async () => {
    const person = await createPerson("Finn");
    const page = await browser.openAs(person);
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(kept).not.toMatch(/eyJ/);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  });
});
