import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "@cruddur/command-line/program";
import { startStack } from "@cruddur/dev-stack/stack";
import { launchChromium } from "@cruddur/engines/chromium";
import { Command } from "commander";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { buildApp } from "./build-app.ts";
import {
  capture,
  OUT,
  SIZES,
  shootGroup,
  shootMarks,
  shootTwoPeople,
  signIn,
} from "./screenshot-journeys.ts";

const SCHEMES = ["light", "dark"] as const;

interface Shot {
  name: string;
  /** The signed-in person; null for the public pages. */
  handle: string | null;
  path: string;
  /** A text that shows that the page is ready. */
  text: string;
  prepare?(page: Page, password: string): Promise<void>;
}

const SHOTS: readonly Shot[] = [
  { name: "sign-in", handle: null, path: "/sign-in", text: "Welcome back." },
  { name: "sign-up", handle: null, path: "/sign-up", text: "People find you" },
  { name: "confirm", handle: null, path: "/confirm?handle=londo", text: "Check your email" },
  { name: "forgotten-password", handle: null, path: "/forgot", text: "We send you a code" },
  { name: "inbox", handle: "mira", path: "/messages", text: "Andrew Brown" },
  { name: "inbox-empty", handle: "londo", path: "/messages", text: "No messages yet" },
  {
    name: "conversation",
    handle: "andrewbrown",
    path: "/messages/@mira",
    text: "Mira Okafor",
    prepare: async (page) => {
      await page.getByRole("log").getByRole("listitem").first().waitFor();
    },
  },
  {
    name: "conversation-new",
    handle: "andrewbrown",
    path: "/messages/new/londo",
    text: "This is the start",
  },
  {
    name: "people-search",
    handle: "andrewbrown",
    path: "/messages",
    text: "Mira Okafor",
    prepare: async (page) => {
      await page.getByRole("button", { name: "New message" }).first().click();
      await page.getByRole("combobox").fill("andrew");
      await page.getByRole("option").first().waitFor();
    },
  },
  { name: "settings", handle: "andrewbrown", path: "/settings", text: "Privacy" },
  {
    name: "nobody-found",
    handle: "andrewbrown",
    path: "/messages/new/nobody-here",
    text: "Nobody found",
  },
  {
    name: "no-access",
    handle: "andrewbrown",
    path: "/messages/00000000-0000-4000-8000-000000000000",
    text: "No such conversation",
  },
  { name: "not-found", handle: "andrewbrown", path: "/nowhere", text: "Page not found" },
  {
    name: "server-down",
    handle: "andrewbrown",
    path: "/messages",
    text: "Mira Okafor",
    prepare: async (page) => {
      await page.route("**/session/refresh", (route) => route.abort());
      await page.evaluate(() => indexedDB.deleteDatabase("cruddur-offline"));
      await page.reload();
      await page.getByText("Can't connect to Cruddur").waitFor();
    },
  },
  {
    name: "loading",
    handle: "andrewbrown",
    path: "/messages",
    text: "Mira Okafor",
    prepare: async (page) => {
      await page.route("**/trpc/messageGroups.list**", () => {});
      await page.reload();
      await page.getByRole("heading", { name: "Messages" }).waitFor();
    },
  },
  {
    name: "jump-to-date",
    handle: "andrewbrown",
    path: "/messages/@mira",
    text: "Mira Okafor",
    prepare: async (page) => {
      await page.getByRole("log").waitFor();
      await page.getByRole("button", { name: "Jump to date" }).first().click();
    },
  },
  {
    name: "something-broke",
    handle: "andrewbrown",
    path: "/messages",
    text: "Mira Okafor",
    prepare: async (page) => {
      await page.route(/\/trpc\/[^?]*messages\.list/, async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replaceAll(
          /"created_at":"[^"]*"/g,
          '"created_at":"?"',
        );
        await route.fulfill({ response, body });
      });
      await page.goto("/messages/@mira");
      await page.getByText("Something went wrong on this page").waitFor();
    },
  },
  {
    name: "message-not-sent",
    handle: "andrewbrown",
    path: "/messages/@mira",
    text: "Mira Okafor",
    prepare: async (page) => {
      const data = { app_code: "message_exceed_max_bytes" };
      await page.route("**/trpc/messages.create**", (route) =>
        route.fulfill({
          status: 422,
          contentType: "application/json",
          body: JSON.stringify([{ error: { message: "refused", code: -32600, data } }]),
        }),
      );
      await page.getByRole("textbox").fill("One emoji with far too many marks on it.");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByText("Not sent", { exact: true }).waitFor();
    },
  },
  {
    name: "second-factor",
    handle: "andrewbrown",
    path: "/settings",
    text: "Two-step sign-in",
    prepare: async (page, password) => {
      await page.getByRole("button", { name: "Set up" }).click();
      await page.getByRole("dialog").getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByRole("img", { name: /QR code/ }).waitFor();
    },
  },
  {
    name: "offline",
    handle: "andrewbrown",
    path: "/messages",
    text: "Mira Okafor",
    prepare: async (page) => {
      // What is kept is written a few seconds after the inbox is there.
      await page.waitForTimeout(8_000);
      await page.context().setOffline(true);
      await page.reload();
      await page
        .getByText(/^Offline\. As of/)
        .first()
        .waitFor();
      await page.getByRole("link", { name: /Mira Okafor/ }).click();
      await page.getByRole("log").getByRole("listitem").first().waitFor();
    },
  },
  {
    // This is the last one, because its message must not be sent.
    name: "connection-lost",
    handle: "andrewbrown",
    path: "/messages/@mira",
    text: "Mira Okafor",
    prepare: async (page) => {
      await page.getByRole("log").waitFor();
      await page.context().setOffline(true);
      await page.getByRole("textbox").fill("Did the tunnel just swallow you?");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByTestId("connection-pill").waitFor();
    },
  },
];

const program = new Command("pnpm screenshots")
  .description(
    "Takes every page and state, light and dark, phone and desktop, to docs/screenshots.",
  )
  .action(main);
await runCli(program, process.argv);

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "cruddur-screenshots-"));
  await mkdir(OUT, { recursive: true });
  const [stack, browser] = await Promise.all([
    startStack({
      dataDir,
      env: { LIMIT_SIGN_INS: "10000/60", LIMIT_LOOKUPS: "10000/60" },
      beforeServer: buildApp(),
    }),
    launchChromium(),
  ]);
  try {
    for (const [size, options] of Object.entries(SIZES)) {
      for (const colorScheme of SCHEMES) {
        const take = (context: BrowserContext, shot: Shot) =>
          shoot(context, shot, {
            file: `${shot.name}-${size}-${colorScheme}.png`,
            password: stack.config.DEMO_PASSWORD,
          });
        const contextOptions = { ...options, colorScheme, baseURL: stack.url, locale: "en-GB" };
        await shootAll(browser, contextOptions, stack.config.DEMO_PASSWORD, take);
      }
    }
    const options = { browser, baseURL: stack.url, password: stack.config.DEMO_PASSWORD };
    await shootTwoPeople(options);
    await shootGroup(options);
    await shootMarks(options);
  } finally {
    await Promise.all([browser.close(), stack.stop()]);
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function shootAll(
  browser: Browser,
  options: Parameters<Browser["newContext"]>[0],
  password: string,
  take: (context: BrowserContext, shot: Shot) => Promise<void>,
): Promise<void> {
  const people = new Set(SHOTS.map(({ handle }) => handle));
  for (const handle of people) {
    const context = await browser.newContext(options);
    if (handle !== null) await signIn(context, handle, password);
    for (const shot of SHOTS) if (shot.handle === handle) await take(context, shot);
    await context.close();
  }
}

async function shoot(
  context: BrowserContext,
  shot: Shot,
  { file, password }: { file: string; password: string },
): Promise<void> {
  await context.setOffline(false);
  const page = await context.newPage();
  await page.goto(shot.path);
  await page.getByText(shot.text).filter({ visible: true }).first().waitFor();
  await shot.prepare?.(page, password);
  await capture(page, file);
  await page.close();
}
