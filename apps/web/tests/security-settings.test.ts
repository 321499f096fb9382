import { Secret, TOTP } from "otpauth";
import { expect, test } from "vitest";
import {
  apiOf,
  createPerson,
  findAxeViolations,
  readMailedCode,
  signIn,
  useBrowser,
} from "./support.ts";

const browser = useBrowser();

/** The code that an authenticator app shows. @param stepsAhead later codes, because each works once */
const appCode = (secret: string, stepsAhead = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({
    timestamp: Date.now() + stepsAhead * 30_000,
  });

test("a person sees their devices, and signs one of them out", async () => {
  const person = await createPerson("Delenn");
  const here = await browser.openAs(person, { path: "/settings" });
  const there = await browser.openAs(person);
  await here.reload();
  const devices = here.getByRole("region", { name: "Your devices" });
  await devices.getByText("This device").waitFor();
  const others = devices.getByRole("button", { name: "Sign out Chrome on Linux" });
  await others.first().waitFor();
  expect(await findAxeViolations(here)).toEqual([]);
  await others.first().click();
  await there.waitForURL(/\/sign-in/);
  await expect.poll(() => others.count()).toBe(0);
  await devices.getByText("This device").waitFor();
});

test("a person changes their password and their email, and stays signed in", async () => {
  const person = await createPerson("Lennier");
  const page = await browser.openAs(person, { path: "/settings" });
  const there = await browser.openAs(person);
  await page.getByRole("button", { name: "Change password" }).click();
  const dialog = page.getByRole("dialog", { name: "Change password" });
  await dialog.getByLabel("New password").fill("another good one");
  await dialog.getByLabel("Your current password").fill("not this one");
  await dialog.getByRole("button", { name: "Change password" }).click();
  await dialog.getByText("That password isn't right.").first().waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
  await dialog.getByLabel("Your current password").fill(person.password);
  await dialog.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password was changed.").first().waitFor();
  await there.waitForURL(/\/sign-in/);

  const email = `new-${person.email}`;
  await page.getByRole("button", { name: "Change email" }).click();
  const change = page.getByRole("dialog", { name: "Change email" });
  await change.getByLabel("New email").fill(email);
  await change.getByLabel("Your current password").fill("another good one");
  await change.getByRole("button", { name: "Send code" }).click();
  const confirm = page.getByRole("dialog", { name: "Check your email" });
  await confirm.getByLabel("Code").waitFor();
  await confirm.getByLabel("Code").fill(await readMailedCode(`to ${email}`));
  await confirm.getByRole("button", { name: "Change email" }).click();
  await page.getByText("Your email address was changed.").first().waitFor();
  expect(await page.getByRole("region", { name: "Security" }).textContent()).toContain(email);
});

test("a person sets up two-step sign-in, and signs in with it", async () => {
  const person = await createPerson("Draal");
  const page = await browser.openAs(person, { path: "/settings" });
  await page.getByRole("button", { name: "Set up" }).click();
  const start = page.getByRole("dialog", { name: "Set up two-step sign-in" });
  await start.getByLabel("Your current password").fill(person.password);
  await start.getByRole("button", { name: "Continue" }).click();
  const scan = page.getByRole("dialog", { name: "Scan this with your app" });
  await scan.getByRole("img", { name: /QR code/ }).waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
  const text = (await scan.getByText(/^(?:[A-Z2-7]{4} )+/).textContent()) ?? "";
  const secret = text.replaceAll(" ", "");
  await scan.getByRole("textbox", { name: "Code" }).fill(appCode(secret));
  await scan.getByRole("button", { name: "Turn on" }).click();
  const keep = page.getByRole("dialog", { name: "Keep your recovery code" });
  const recovery = (await keep.getByText(/^(?:\w{4}-){3}\w{4}$/).textContent()) ?? "";
  await keep.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText("On: signing in needs a code").waitFor();

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL(/\/sign-in/);
  await signIn(page, person);
  await page.getByLabel("Code").fill(appCode(secret, 1));
  expect(await findAxeViolations(page)).toEqual([]);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/messages");

  const elsewhere = await browser.open();
  await elsewhere.goto("/sign-in");
  await signIn(elsewhere, person);
  await elsewhere.getByLabel("Code").fill(recovery);
  await elsewhere.getByRole("button", { name: "Sign in", exact: true }).click();
  await elsewhere.waitForURL("**/messages");
  await elsewhere.goto("/settings");
  await elsewhere.getByText("Off: your password alone").waitFor();
});

test("of two people with the same name, the inbox and the conversation show the handles", async () => {
  const [ana, mira, other, vir] = await Promise.all([
    createPerson("Ana"),
    createPerson("Mira"),
    createPerson("Mira"),
    createPerson("Vir"),
  ]);
  const api = await apiOf(ana);
  for (const { handle } of [mira, other, vir]) await api.send({ handle }, "Hello");
  const page = await browser.openAs(ana);
  const inbox = page.getByRole("navigation");
  await inbox.getByText(`@${mira.handle}`).waitFor();
  await inbox.getByText(`@${other.handle}`).waitFor();
  expect(await inbox.getByText(`@${vir.handle}`).count()).toBe(0);
  await inbox.getByText(`@${other.handle}`).click();
  await page.getByRole("main").getByText(`@${other.handle}`).waitFor();
});

test("the page refuses to turn a string into markup or a script, also in code that got into it", async () => {
  const page = await browser.openAs(await createPerson("Zathras"));
  const refusals = await page.evaluate(() =>
    [
      () => {
        document.body.innerHTML = "<p>in</p>";
      },
      () => {
        document.createElement("script").src = "/assets/x.js";
      },
      () => (window as unknown as { trustedTypes: TrustedTypes }).trustedTypes.createPolicy("x"),
    ].map((attack) => {
      try {
        attack();
        return "done";
      } catch {
        return "refused";
      }
    }),
  );
  expect(refusals).toEqual(["refused", "refused", "refused"]);
});

interface TrustedTypes {
  createPolicy(name: string): unknown;
}
