import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CDPSession, Page } from "playwright-core";
import { expect, test } from "vitest";
import { createPerson, findAxeViolations, stackUrl, useBrowser } from "./support.ts";

const browser = useBrowser();

/** Gives a page an authenticator as phones and laptops have one, which always recognises its owner. */
async function addAuthenticator(page: Page): Promise<CDPSession> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return devtools;
}

/** A page of another origin, whose host is the same relying party. */
async function startOtherSite() {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html").end("<title>Another site</title>");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())),
  };
}

const confirmUrl = () => `${stackUrl()}/session/passkey/confirm`;
const headers = () => ({ origin: new URL(stackUrl()).origin });

test("a person adds a passkey, signs in with it, and removes it; replays and other sites are refused", async () => {
  const person = await createPerson("Lyta");
  const page = await browser.openAs(person, { path: "/settings" });
  await addAuthenticator(page);
  const passkeys = page.getByRole("region", { name: "Passkeys" });
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  const add = page.getByRole("dialog", { name: "Add a passkey" });
  await add.getByLabel("Your current password").fill(person.password);
  await add.getByRole("button", { name: "Continue" }).click();
  await passkeys.getByText("never used").waitFor();
  expect(await findAxeViolations(page)).toEqual([]);

  const signOut = () => page.getByRole("button", { name: "Sign out", exact: true }).click();
  await signOut();
  await page.waitForURL(/\/sign-in/);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("Enter your handle or email first.").first().waitFor();
  expect(await findAxeViolations(page)).toEqual([]);
  await page.getByLabel("Handle or email").fill(person.handle);
  const sent = page.waitForRequest(confirmUrl());
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  const answer = (await sent).postDataJSON();
  await page.waitForURL("**/messages");
  const post = (data: unknown) => page.request.post(confirmUrl(), { data, headers: headers() });
  expect(await (await post(answer)).json()).toMatchObject({ app_code: "passkey_refused" });

  // A page of another origin gets a signature for the same host, and passes it on as if from here.
  await using other = await startOtherSite();
  const { handle } = person;
  const start = await page.request.post("/session/passkey", {
    data: { handle },
    headers: headers(),
  });
  const { session, options } = await start.json();
  await page.goto(other.url);
  const credential = await page.evaluate(async (json) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(json);
    const signed = await navigator.credentials.get({ publicKey });
    return (signed as PublicKeyCredential).toJSON();
  }, options);
  const phished = await post({ handle, session, credential });
  expect(await phished.json()).toMatchObject({ app_code: "passkey_refused" });

  await page.goto(`${stackUrl()}/settings`);
  await passkeys.getByText("last used").waitFor();
  await passkeys.getByRole("button", { name: /^Remove the passkey/ }).click();
  const remove = page.getByRole("dialog", { name: "Remove this passkey?" });
  await remove.getByLabel("Your current password").fill(person.password);
  await remove.getByRole("button", { name: "Remove" }).click();
  await page.getByText("The passkey was removed.").first().waitFor();
  await signOut();
  await page.waitForURL(/\/sign-in/);
  await page.getByLabel("Handle or email").fill(person.handle);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByText("No passkey was accepted").first().waitFor();
});
