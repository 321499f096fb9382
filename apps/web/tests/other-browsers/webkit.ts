import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { getFreePort } from "@cruddur/engines/ports";
import { execa } from "execa";
import { Builder, By, Capabilities, Key, type WebDriver } from "selenium-webdriver";
import { expect } from "vitest";
import type { OtherBrowser, RunningBrowser, Tab } from "./tab.ts";

const DRIVER = "/usr/bin/WebKitWebDriver";
const DISPLAY = "/usr/bin/Xvfb";
const LIBRARIES = "/usr/lib";

/** WebKitGTK's small browser, over WebDriver, on a display of its own that nobody sees. */
export const webkit: OtherBrowser = {
  name: "WebKit",
  packages: "webkit2gtk-driver xvfb",
  isInstalled: () => [DRIVER, DISPLAY].every(existsSync) && findBrowser() !== undefined,
  start,
};

/** The program is in a folder that is named after the processor and the version of the library. */
function findBrowser(): string | undefined {
  return readdirSync(LIBRARIES)
    .filter((name) => name.endsWith("-linux-gnu"))
    .flatMap((name) => readdirSync(join(LIBRARIES, name)).map((library) => join(name, library)))
    .filter((folder) => folder.includes("/webkit2gtk-"))
    .map((folder) => join(LIBRARIES, folder, "MiniBrowser"))
    .find(existsSync);
}

async function start(): Promise<RunningBrowser> {
  // With `-displayfd`, it writes the number of the display that it chose when it is ready.
  const screen = ["-screen", "0", "1400x1000x24", "-nolisten", "tcp"];
  const display = execa(DISPLAY, ["-displayfd", "1", ...screen], { reject: false });
  const [number] = await new Promise<string[]>((resolve) => {
    display.stdout.once("data", (data: Buffer) => resolve(data.toString().split("\n")));
  });
  const env = { DISPLAY: `:${number}` };
  const sessions: { driver: WebDriver; program: ReturnType<typeof execa> }[] = [];
  return {
    async open() {
      // One WebKitWebDriver has one session.
      const port = await getFreePort();
      const program = execa(DRIVER, [`--port=${port}`], { env, reject: false, stdio: "ignore" });
      const url = `http://127.0.0.1:${port}`;
      await expect.poll(async () => (await fetch(`${url}/status`)).ok).toBe(true);
      const binary = findBrowser();
      const browserOptions = { binary, args: ["--automation"] };
      const capabilities = new Capabilities({ "webkitgtk:browserOptions": browserOptions });
      capabilities.setBrowserName("MiniBrowser");
      const driver = await new Builder().usingServer(url).withCapabilities(capabilities).build();
      sessions.push({ driver, program });
      return createTab(driver);
    },
    async stop() {
      for (const { driver, program } of sessions) {
        await driver.quit();
        program.kill();
        await program;
      }
      display.kill();
      await display;
    },
  };
}

function createTab(driver: WebDriver): Tab {
  const type = (text: string) => driver.actions().sendKeys(text).perform();
  return {
    goto: (url) => driver.get(url),
    reload: () => driver.navigate().refresh(),
    evaluate: (run, ...args) => driver.executeScript(run, ...args),
    click: (selector) => driver.findElement(By.css(selector)).click(),
    type,
    press: (key) => type({ Enter: Key.ENTER, Home: Key.HOME, End: Key.END }[key]),
    resize: async (size) =>
      void (await driver
        .manage()
        .window()
        .setRect({ x: 0, y: 0, ...size })),
    screenshot: async () => Buffer.from(await driver.takeScreenshot(), "base64"),
  };
}
