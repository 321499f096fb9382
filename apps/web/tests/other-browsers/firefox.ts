import { existsSync } from "node:fs";
import puppeteer, { type Page } from "puppeteer-core";
import type { OtherBrowser, Tab } from "./tab.ts";

const PROGRAMS = [
  "/usr/bin/firefox-esr",
  "/usr/bin/firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
];

/** Firefox, over WebDriver BiDi, which it speaks itself. */
export const firefox: OtherBrowser = {
  name: "Firefox",
  packages: "firefox-esr",
  isInstalled: () => PROGRAMS.some(existsSync),
  async start() {
    const executablePath = PROGRAMS.find(existsSync);
    const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
    return {
      async open() {
        const context = await browser.createBrowserContext();
        return createTab(await context.newPage());
      },
      stop: () => browser.close(),
    };
  },
};

function createTab(page: Page): Tab {
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    evaluate: <A extends (string | number)[], T>(run: (...args: A) => T, ...args: A) =>
      page.evaluate(run as (...args: unknown[]) => T, ...args) as Promise<Awaited<T>>,
    click: (selector) => page.click(selector),
    type: (text) => page.keyboard.type(text),
    press: (key) => page.keyboard.press(key),
    resize: (size) => page.setViewport(size),
    screenshot: async () => Buffer.from(await page.screenshot()),
  };
}
