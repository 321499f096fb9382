import { launchChromium } from "@cruddur/engines/chromium";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { serveHarness } from "./serve.ts";

declare global {
  interface Window {
    watch: typeof watch;
    watching: ReturnType<typeof watch>;
  }
}

/**
 * The feed with a server in memory, in a new page for each test of the file.
 * @returns operations on that page; `page` is the page of the current test
 */
export function useHarness() {
  let browser: Browser;
  let site: Awaited<ReturnType<typeof serveHarness>>;
  let page: Page;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(), serveHarness()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 700, height: 600 } });
    return () => page.close();
  });

  return {
    get page() {
      return page;
    },
    /** Another page with these options. The test closes it. */
    newPage: (options: Parameters<Browser["newPage"]>[0]) =>
      browser.newPage({ viewport: { width: 700, height: 600 }, ...options }),
    url: (query: string) => `${site.url}/?${query}`,

    /** Loads the page with a conversation of `count` messages, not yet visited. */
    async load(count = 1_000): Promise<void> {
      await page.goto(`${site.url}/?count=${count}`);
      await page.waitForFunction(() => window.harness !== undefined);
      await page.evaluate(`window.watch = ${watch.toString()}`);
    },

    /** Loads the page and visits the conversation at its end. */
    async visit(count = 1_000): Promise<void> {
      await this.load(count);
      await page.evaluate(() => window.harness.visit());
      await page.waitForSelector("li[data-uuid]");
    },

    startWatching: () =>
      page.evaluate(() => {
        window.watching = window.watch();
      }),
    stopWatching: () => page.evaluate(() => window.watching.stop()),

    /** Sets the scroll position of the feed, in px. */
    setTop: (top: number) =>
      page.evaluate((value) => {
        (document.querySelector("[role=log]") as HTMLElement).scrollTop = value;
      }, top),

    /** Resolves when this many more frames have begun. */
    frames: (count = 3) =>
      page.evaluate(async (left) => {
        for (let i = 0; i < left; i += 1) await new Promise(requestAnimationFrame);
      }, count),

    /** Sizes in px. `gap` is the distance of the end below the visible part. */
    metrics: () =>
      page.evaluate(() => {
        const viewport = document.querySelector("[role=log]") as HTMLElement;
        const { scrollTop, scrollHeight, clientHeight } = viewport;
        const gap = scrollHeight - clientHeight - scrollTop;
        return { scrollTop, gap, scrollHeight, clientHeight };
      }),

    /** How many messages are loaded. */
    count: () => page.evaluate(() => window.harness.history.state.get().messages.length),
    focusedText: () => page.evaluate(() => document.activeElement?.textContent ?? ""),

    async send(text: string): Promise<void> {
      await page.getByRole("textbox").fill(text);
      await page.getByRole("textbox").press("Enter");
    },
  };
}

/**
 * Records after every painted frame how far the row at the viewport's top has moved. Runs in the
 * page.
 */
function watch() {
  const viewport = document.querySelector("[role=log]") as HTMLElement;
  const top = () => viewport.getBoundingClientRect().top;
  const rows = () => [...viewport.querySelectorAll<HTMLElement>("li[data-uuid]")];
  const row = rows().find((item) => item.getBoundingClientRect().bottom > top());
  if (row === undefined) throw new Error("There is no row to watch.");
  const start = row.getBoundingClientRect().top - top();
  const offsets: number[] = [];
  const rowCounts: number[] = [];
  let isOn = true;
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    if (row.isConnected) offsets.push(row.getBoundingClientRect().top - top());
    rowCounts.push(rows().length);
    if (isOn) requestAnimationFrame(() => channel.port2.postMessage(null));
  };
  requestAnimationFrame(() => channel.port2.postMessage(null));
  return {
    stop() {
      isOn = false;
      return {
        moved: Math.max(0, ...offsets.map((offset) => Math.abs(offset - start))),
        frames: offsets.length,
        rows: Math.max(...rowCounts),
      };
    },
  };
}
