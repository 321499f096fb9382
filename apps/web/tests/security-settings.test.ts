import { Secret, TOTP } from "otpauth";
import { expect, test } from "vitest";
import {
  apiOf,
  createPerson,
  findAxeViolations,
  readMailedCode,
  signIn,
  stackUrl,
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

test("the page refuses and reports what would turn a string into markup or a script or call another site, also in code that got into it", async () => {
  const page = await browser.openAs(await createPerson("Zathras"));
  const reported = new Set<string>();
  page.on("request", (request) => {
    if (new URL(request.url()).pathname !== "/csp-reports") return;
    const report = request.postDataJSON() as { "csp-report": { "effective-directive": string } };
    reported.add(report["csp-report"]["effective-directive"]);
  });
  const refusals = await page.evaluate(async () => {
    const attacks = [
      () => {
        document.body.innerHTML = "<p>in</p>";
      },
      () => {
        document.createElement("script").src = "/assets/x.js";
      },
      () => {
        document.createElement("script").textContent = "window.isIn = true";
      },
      () => document.body.setAttribute("onclick", "window.isIn = true"),
      () => (window as unknown as { trustedTypes: TrustedTypes }).trustedTypes.createPolicy("x"),
      () => fetch("https://other.example/"),
    ];
    const outcomes = [];
    for (const attack of attacks) {
      try {
        await attack();
        outcomes.push("done");
      } catch {
        outcomes.push("refused");
      }
    }
    return outcomes;
  });
  expect(refusals).toEqual(Array(6).fill("refused"));
  await expect
    .poll(() => [...reported].sort())
    .toEqual(["connect-src", "require-trusted-types-for", "trusted-types"]);
});

test("nothing that people write becomes markup, a script or an address that isn't http", async () => {
  const [zathras, ana] = await Promise.all([createPerson("Zathras"), createPerson("Ana")]);
  // Who was written to answers without a request, and so without its limit of messages.
  await (await apiOf(zathras)).send({ handle: ana.handle }, "Hello");
  const api = await apiOf(ana);
  const markup = "<img src=x onerror=window.isIn=1><script>window.isIn=1</script>";
  const texts = [
    markup,
    `\`\`\`html\n${markup}\n\`\`\``,
    `\`${markup}\` *${markup}* _${markup}_`,
    "javascript:window.isIn=1 data:text/html,x vbscript:x blob:https://x/y [x](javascript:alert(1))",
    `https://other.example/"onmouseover="window.isIn=1 https://other.example/${markup}`,
    `${stackUrl()}//other.example/x ${stackUrl()}/\\other.example`,
  ];
  const foreign: string[] = [];
  const page = await browser.openAs(zathras);
  page.on("request", (request) => {
    if (/^https?:/.test(request.url()) && !request.url().startsWith(stackUrl())) {
      foreign.push(request.url());
    }
  });
  await page.getByRole("navigation").getByText(ana.display_name).click();
  for (const text of texts) await api.send({ handle: zathras.handle }, text);
  const main = page.getByRole("main");
  await main.getByRole("link", { name: `${stackUrl()}//other.example/x`, exact: true }).waitFor();
  const found = await main.evaluate((root) => ({
    isIn: "isIn" in window,
    elements: root.querySelectorAll("script, iframe, object, embed, img[src=x]").length,
    handlers: [...root.querySelectorAll("*")].filter((element) =>
      element.getAttributeNames().some((name) => name.startsWith("on")),
    ).length,
    schemes: [...root.querySelectorAll("a")].map(({ protocol }) => protocol),
  }));
  expect(found).toMatchObject({ isIn: false, elements: 0, handlers: 0 });
  expect(new Set(found.schemes)).toEqual(new Set(["http:", "https:"]));
  expect(foreign).toEqual([]);
});

interface TrustedTypes {
  createPolicy(name: string): unknown;
}
