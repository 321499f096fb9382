import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { launchChromium } from "@cruddur/engines/chromium";
import { getFreePort } from "@cruddur/engines/ports";
import type { BrowserContext, Page } from "playwright-core";
import type { Bench, BenchContext, Measure } from "../harness/bench.ts";
import { observeVitals, readVitals, throttle } from "../harness/browser.ts";
import { pinLoad, unpinLoad } from "../harness/child.ts";
import {
  type Environment,
  PASSWORD,
  startEnvironment,
  startProduct,
} from "../harness/environment.ts";
import { quantile } from "../harness/stats.ts";
import { fillConversation } from "../harness/table.ts";
import { fillInbox, measureFirstMessages, measureRows } from "./web-rows.ts";

const PHONE = { width: 390, height: 844 };
const LOADS = 7;
const DELIVERIES = 40;
const HISTORY = 10_000;
const HISTORY_MS = 45_000;

const webFolder = join(import.meta.dirname, "../../../apps/web");
const dist = join(webFolder, "dist");
const sorted = (values: number[]) => [...values].sort((a, b) => a - b);

// These are texts, since the compiler of this file adds helpers that a page does not have.
const RECORD_FRAMES = `
  globalThis.frames = [];
  const step = (now) => { frames.push(now); requestAnimationFrame(step); };
  requestAnimationFrame(step);`;
const RECORD_DELIVERIES = `
  globalThis.seen = {};
  new MutationObserver(() => {
    const text = document.querySelector('[role="log"]')?.textContent ?? "";
    for (const [mark] of text.matchAll(/delivery-\\d+-end/g)) seen[mark] ??= Date.now();
  }).observe(document.body, { childList: true, subtree: true, characterData: true });`;

async function buildOnce(): Promise<void> {
  if (existsSync(join(dist, "index.html"))) return;
  const vite = createRequire(join(webFolder, "package.json")).resolve("vite/package.json");
  const program = join(vite, "../bin/vite.js");
  await promisify(execFile)(process.execPath, [program, "build", "--logLevel", "error"], {
    cwd: webFolder,
  });
}

async function signIn(page: Page, url: string, handle: string): Promise<void> {
  await page.goto(`${url}/messages`);
  await page.getByLabel("Handle or email").fill(handle);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await firstConversation(page).waitFor();
}

const firstConversation = (page: Page) =>
  page.getByRole("navigation").getByRole("listitem").getByRole("link").first();

/** Loads the inbox without a cache on a phone that is signed in. Measures script and paint. */
async function measureLoads(context: BrowserContext, url: string, tick: () => void) {
  const lcps: number[] = [];
  const scripts = new Set<string>();
  for (let load = 0; load < LOADS; load += 1) {
    const page = await context.newPage();
    await observeVitals(page);
    await throttle(page, { network: true });
    const onResponse = (response: { url(): string }) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith(".js")) scripts.add(pathname);
    };
    page.on("response", onResponse);
    await page.goto(`${url}/messages`);
    await firstConversation(page).waitFor();
    page.off("response", onResponse);
    await page.waitForTimeout(800);
    lcps.push((await readVitals(page)).lcpMs);
    await page.close();
    tick();
  }
  const bytes = [...scripts].map((path) => gzipSync(readFileSync(join(dist, path))).length);
  return { lcps, files: bytes.length, jsBytes: bytes.reduce((sum, each) => sum + each, 0) };
}

/** Opens conversations, types and sends on a slow phone. Returns the time of each interaction, in ms. */
async function measureInteractions(context: BrowserContext, url: string): Promise<number[]> {
  const page = await context.newPage();
  await observeVitals(page);
  await throttle(page, { network: false });
  await page.goto(`${url}/messages`);
  for (let visit = 0; visit < 4; visit += 1) {
    await page.getByRole("navigation").getByRole("listitem").getByRole("link").nth(visit).click();
    const box = page.getByRole("textbox");
    await box.waitFor();
    await box.click();
    await page.keyboard.type(`on a slow phone ${visit}`, { delay: 60 });
    await page.keyboard.press("Enter");
    await page.getByRole("log").getByText(`on a slow phone ${visit}`).waitFor();
    await page.goBack();
    await firstConversation(page).waitFor();
  }
  await page.waitForTimeout(500);
  const { interactions } = await readVitals(page);
  await page.close();
  return Object.values(interactions);
}

/** Loads the messages page by page, then types. Returns the longest gap between two frames. */
async function measureTyping(context: BrowserContext, url: string, group: string) {
  const page = await context.newPage();
  await observeVitals(page);
  let loaded = 0;
  page.on("response", async (response) => {
    if (!response.url().includes("messages.list")) return;
    const text = await response.text().catch(() => "");
    loaded += text.split('"client_id"').length - 1;
  });
  await page.goto(`${url}/messages/${group}`);
  const log = page.getByRole("log");
  await log.getByRole("listitem").first().waitFor();
  await log.hover();
  const until = Date.now() + HISTORY_MS;
  while (loaded < HISTORY && Date.now() < until) {
    await page.mouse.wheel(0, -4_000);
    await page.waitForTimeout(20);
  }
  await throttle(page, { network: false });
  await page.getByRole("textbox").click();
  await page.evaluate(RECORD_FRAMES);
  await page.keyboard.type("The quick brown fox jumps over the lazy dog, again and again.", {
    delay: 50,
  });
  const frames = await page.evaluate<number[]>("globalThis.frames");
  const { interactions } = await readVitals(page);
  await page.close();
  // Frames come at 60 Hz, and their times vary by a tenth of a millisecond.
  const gaps = frames.slice(1).map((frame, index) => Math.round(frame - (frames[index] ?? frame)));
  return {
    loaded,
    longestMs: Math.max(...gaps),
    slow: gaps.filter((gap) => gap > 50).length,
    interactions: Object.values(interactions),
  };
}

/** The times from Enter in one browser to the text in the other browser's page, in ms. */
async function measureDelivery(from: Page, to: Page, tick: () => void): Promise<number[]> {
  await to.evaluate(RECORD_DELIVERIES);
  const latencies: number[] = [];
  for (let index = 0; index < DELIVERIES; index += 1) {
    const mark = `delivery-${index}-end`;
    await from.getByRole("textbox").fill(mark);
    const sentAt = Date.now();
    await from.keyboard.press("Enter");
    await to.waitForFunction(
      (text) => (globalThis as unknown as { seen: Record<string, number> }).seen[text],
      mark,
    );
    const seenAt = await to.evaluate<number>(`globalThis.seen[${JSON.stringify(mark)}]`);
    latencies.push(seenAt - sentAt);
    if (index % 10 === 0) tick();
  }
  return latencies;
}

async function startApp(
  ctx: BenchContext,
): Promise<{ environment: Environment; url: string; long: string }> {
  await buildOnce();
  const environment = await startEnvironment(ctx);
  const long = "0c0ffee0-0000-4000-8000-000000000001";
  const members = [environment.owner, ...environment.others.slice(1, 2)];
  await fillConversation(environment.client, {
    message_group_uuid: long,
    members,
    messages: HISTORY + 50,
  });
  const port = await getFreePort();
  const url = `http://127.0.0.1:${port}`;
  await startProduct(ctx, environment, {
    env: { PORT: String(port), WEB_ORIGIN: url, WEB_ROOT: dist },
  });
  return { environment, url, long };
}

export const web: Bench = {
  name: "web",
  question:
    "Does the built web app stay within its limits in Chromium? Loads and typing are throttled to a slow phone: a quarter of the CPU, and slow 4G for loads.",
  steps: LOADS + DELIVERIES / 10 + 4,
  async run(ctx) {
    unpinLoad();
    ctx.defer(pinLoad);
    const { environment, url, long } = await startApp(ctx);
    const browser = await launchChromium();
    ctx.defer(() => browser.close());

    const phone = await browser.newContext({ viewport: PHONE, locale: "en-GB" });
    await signIn(await phone.newPage(), url, environment.owner.handle);
    const { lcps, jsBytes, files } = await measureLoads(phone, url, ctx.tick);
    const firstMessages = await measureFirstMessages(phone, `${url}/messages/${long}`, LOADS);
    ctx.tick();
    const interactions = await measureInteractions(phone, url);
    ctx.tick();
    const typing = await measureTyping(phone, url, long);
    ctx.tick();

    const desktop = await browser.newContext({ locale: "en-GB" });
    const other = await desktop.newPage();
    await signIn(other, url, environment.others[0]?.handle ?? "");
    const own = await phone.newPage();
    for (const page of [own, other]) {
      await page.goto(`${url}/messages/${environment.pair}`);
      await page.getByRole("log").getByRole("listitem").first().waitFor();
    }
    const deliveries = await measureDelivery(own, other, ctx.tick);

    await fillInbox(environment);
    const inbox = await measureRows(await desktop.newPage(), url);
    ctx.tick();

    const p75 = (values: number[]) => quantile(sorted(values), 0.75);
    const most = (value: number): Measure["goal"] => ({ at: "most", value });
    return [
      {
        what: "first load: JavaScript gzipped, up to a usable inbox",
        value: jsBytes / 1000,
        unit: "kB",
        goal: most(130),
        detail: `${files} files`,
      },
      {
        what: "largest contentful paint, 75th percentile, slow phone",
        value: p75(lcps),
        unit: "ms",
        goal: most(2500),
        detail: `${LOADS} loads without cache`,
      },
      {
        what: "interaction to next paint, 75th percentile, slow phone",
        value: p75(interactions),
        unit: "ms",
        goal: most(200),
        detail: `${interactions.length} interactions, the slowest ${Math.max(...interactions)} ms`,
      },
      {
        what: "messages of a conversation that is opened by its address, 75th percentile, slow phone",
        value: p75(firstMessages),
        unit: "ms",
        goal: most(2500),
        detail: `${LOADS} loads without cache`,
      },
      {
        what: "slowest interaction in an inbox that was scrolled, a quarter of the CPU",
        value: Math.max(...inbox.interactions),
        unit: "ms",
        goal: most(200),
        detail: `${inbox.rows.toLocaleString("en-US")} conversations loaded; ${inbox.interactions.length} interactions`,
      },
      {
        what: "slowest interaction in a conversation that was scrolled, slow phone",
        value: Math.max(...typing.interactions),
        unit: "ms",
        goal: most(200),
        detail: `${typing.loaded.toLocaleString("en-US")} messages loaded; ${typing.interactions.length} interactions`,
      },
      {
        what: "longest frame while typing into a long conversation, slow phone",
        value: typing.longestMs,
        unit: "ms",
        goal: most(50),
        detail: `${typing.loaded.toLocaleString("en-US")} messages loaded; ${typing.slow} frames over 50 ms`,
      },
      {
        what: "a message between two open browsers, median",
        value: quantile(sorted(deliveries), 0.5),
        unit: "ms",
        goal: most(300),
        detail: `${DELIVERIES} messages, from Enter to the text in the other page`,
      },
      {
        what: "a message between two open browsers, p99",
        value: quantile(sorted(deliveries), 0.99),
        unit: "ms",
        goal: most(1000),
      },
    ];
  },
};
