import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStack } from "@cruddur/dev-stack/stack";
import { startUserPool } from "@cruddur/engines/user-pool";
import type { Page } from "playwright-core";
import { describe, expect, inject, test } from "vitest";
import { intercept } from "./intercept.ts";
import { createConversation, createPerson, signIn, useBrowser } from "./support.ts";

const browser = useBrowser();

const sent = (page: Page) =>
  page.locator("[role=log] li[data-state=sent] div[dir=auto]").allTextContents();

/** Watches the access tokens of a page. @returns the expiry of the newest, in ms, and their number */
function followTokens(page: Page) {
  const tokens = { expireAtMs: 0, count: 0 };
  page.on("response", async (response) => {
    if (!/\/session(\/refresh)?$/.test(response.url()) || !response.ok()) return;
    const session = (await response.json().catch(() => null)) as { expires_in: number } | null;
    if (session === null) return;
    tokens.expireAtMs = Date.now() + session.expires_in * 1_000;
    tokens.count += 1;
  });
  return tokens;
}

const hasPassed = (timeMs: number) => expect.poll(() => Date.now() > timeMs).toBe(true);

/** A server whose access tokens last seconds, with two people. */
async function startShortSessions(accessTokenSeconds: number) {
  const { AWS_COGNITO_ENDPOINT_URL: _, ...env } = inject("stack").env;
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-web-short-"));
  const pool = await startUserPool({ accessTokenSeconds });
  const stack = await startStack({
    dataDir,
    demo: false,
    worker: false,
    env: {
      ...env,
      LOG_LEVEL: "warn",
      ...pool.env,
    },
  });
  const [a, b] = await Promise.all(
    ["Sven Short", "Sara Short"].map(async (display_name) => {
      const handle = `s${randomBytes(5).toString("hex")}`;
      const person = {
        handle,
        display_name,
        email: `${handle}@example.com`,
        password: "correct horse battery",
      };
      await pool.createUser(person);
      return person;
    }),
  );
  if (a === undefined || b === undefined) throw new Error("no people");
  return {
    url: stack.url,
    a,
    b,
    async [Symbol.asyncDispose]() {
      await stack.stop();
      await pool.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

test("a page keeps working when its access token expires, and after the session ended the person returns to the same place and waiting messages are sent once", async () => {
  await using server = await startShortSessions(3);
  const { a, b } = server;
  // The first sign-in makes the person known to others.
  const other = await browser.open({ baseURL: server.url });
  await other.goto("/sign-in");
  await signIn(other, b);
  await other.waitForURL("**/messages");
  const page = await browser.open({ baseURL: server.url });
  const tokens = followTokens(page);
  await page.goto(`/messages/new/${b.handle}`);
  await signIn(page, a);
  const field = page.getByRole("textbox");
  const send = async (text: string) => {
    await field.fill(text);
    await field.press("Enter");
    await page.getByRole("log").getByText(text, { exact: true }).waitFor();
  };
  await page.getByText("This is the start").waitFor();
  await field.fill("one");
  await field.press("Enter");
  await page.waitForURL(/\/messages\/[0-9a-f-]{36}$/);
  const where = page.url();
  // A request would have no message left after the third, and its form would take no draft.
  const request = page.getByRole("region", { name: "Request sent" });
  await request.waitFor();
  await other.goto(where);
  await other.getByRole("button", { name: "Accept" }).click();
  await request.waitFor({ state: "detached" });
  await expect.poll(() => tokens.count).toBeGreaterThan(0);
  const { count } = tokens;
  await hasPassed(tokens.expireAtMs);
  await expect.poll(() => tokens.count).toBeGreaterThan(count);
  await send("two, with a newer token");
  await expect.poll(() => sent(page)).toEqual(["one", "two, with a newer token"]);

  await page.context().setOffline(true);
  await send("three, while the session ends");
  await field.fill("and a draft");
  // Without the cookie the session has ended, as after "Sign out everywhere" on another device.
  await page.context().clearCookies();
  await hasPassed(tokens.expireAtMs);
  await page.context().setOffline(false);
  await page.waitForURL(/\/sign-in\?next=/);
  await page.getByText("Your session ended.").waitFor();
  await signIn(page, a);
  await page.waitForURL(where);
  const all = ["one", "two, with a newer token", "three, while the session ends"];
  await expect.poll(() => sent(page)).toEqual(all);
  await expect.poll(() => field.inputValue()).toBe("and a draft");
  await other.getByRole("navigation").getByRole("listitem").first().click();
  await expect.poll(() => sent(other)).toEqual(all);
});

test("a send that is refused without a session is held until the next sign-in, and then sent once", async () => {
  const { a, message_group_uuid } = await createConversation(["one", "two"]);
  const page = await browser.openAs(a, { path: `/messages/${message_group_uuid}` });
  await page.getByRole("log").getByText("two").waitFor();
  let refused = 0;
  const stop = await intercept(page, "**/trpc/messages.create**", async (route) => {
    refused += 1;
    // An invalid token, so that the server itself refuses the call and the refresh.
    const headers = { ...route.request().headers(), authorization: "Bearer none" };
    await page.context().clearCookies();
    await route.continue({ headers });
  });
  await page.getByRole("textbox").fill("held");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/sign-in\?next=/);
  expect(refused).toBeGreaterThan(0);
  stop();
  await signIn(page, a);
  await expect.poll(() => sent(page)).toEqual(["one", "two", "held"]);
});

test("tabs that refresh the session at the same time all stay signed in", async () => {
  const person = await createPerson("Tabea");
  const first = await browser.openAs(person);
  const tabs = [first, await first.context().newPage(), await first.context().newPage()];
  await Promise.all(tabs.slice(1).map((tab) => tab.goto("/messages")));
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(tabs.map((tab) => tab.reload()));
    for (const tab of tabs) await tab.getByText("No messages yet").waitFor();
  }
});

describe("in two tabs", () => {
  test("signing out in one signs out the other, and the next person sees nothing of the previous one", async () => {
    const { a, b } = await createConversation(["for the two of them"]);
    const next = await createPerson("Nora Next");
    const first = await browser.openAs(a);
    await first.getByText("for the two of them").first().waitFor();
    const second = await first.context().newPage();
    await second.goto("/messages");
    await second.getByText("for the two of them").first().waitFor();
    await first.getByRole("button", { name: `Account of ${a.display_name}` }).click();
    await first.getByRole("menuitem", { name: "Sign out" }).click();
    for (const tab of [first, second]) await tab.waitForURL(/\/sign-in/);
    await signIn(first, next);
    for (const tab of [first, second]) {
      await tab.getByText("No messages yet").waitFor();
      expect(await tab.getByText(b.display_name).count()).toBe(0);
    }
  });
});
