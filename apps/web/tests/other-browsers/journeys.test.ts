import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import {
  apiOf,
  createConversation,
  createPerson,
  DESKTOP,
  type Person,
  PHONE,
  stackUrl,
  startProxiedServer,
} from "../support.ts";
import { firefox } from "./firefox.ts";
import {
  inbox,
  keptConversations,
  openAs,
  say,
  startWatching,
  stopWatching,
  texts,
  unsent,
  waitForText,
} from "./page-actions.ts";
import type { RunningBrowser, Tab } from "./tab.ts";
import { webkit } from "./webkit.ts";

const PICTURES = fileURLToPath(new URL("../../test-results/browsers", import.meta.url));
const DEMO = { handle: "andrewbrown", password: "crudders-unite" };

const [installed, missing] = [true, false].map((is) =>
  [firefox, webkit].filter((browser) => browser.isInstalled() === is),
);
for (const { name, packages } of missing ?? []) {
  console.log(`${name} is left out: it is not installed (apt-get install ${packages})`);
}

describe.for(installed ?? [])("in $name", ({ name, start }) => {
  let browser: RunningBrowser;
  let tabs: Tab[] = [];
  beforeAll(async () => {
    browser = await start();
    await mkdir(PICTURES, { recursive: true });
  });
  afterAll(() => browser?.stop());

  beforeEach(({ task }) => {
    tabs = [];
    onTestFailed(async () => {
      for (const [index, tab] of tabs.entries()) {
        const file = `${name.toLowerCase()}-failed-${task.name.slice(0, 30).replaceAll(/\W/g, "-")}-${index}.png`;
        await writeFile(`${PICTURES}/${file}`, await tab.screenshot());
      }
    });
  });

  async function open(person: Pick<Person, "handle" | "password">, path: string, url?: string) {
    const tab = await browser.open();
    tabs.push(tab);
    await tab.resize(DESKTOP);
    await openAs(tab, person, (url ?? stackUrl()) + path);
    return tab;
  }

  async function takePictures(tab: Tab, page: string): Promise<void> {
    for (const [size, pixels] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
      await tab.resize(pixels);
      const file = `${PICTURES}/${name.toLowerCase()}-${page}-${size}.png`;
      await writeFile(file, await tab.screenshot());
    }
    await tab.resize(DESKTOP);
  }

  test("a demo person signs in, sees the newest conversation first and writes to a handle, and both sides are live", async () => {
    const cleo = await createPerson("Cleo");
    const demo = await apiOf({ ...DEMO, display_name: "", email: "" });
    const tab = await open(DEMO, "/messages");
    const { items } = await demo.messageGroups.list.query({});
    const names = items.map(({ display_name }) => display_name);
    expect(names.length).toBeGreaterThan(0);
    await expect.poll(() => inbox(tab)).toEqual(names);
    await takePictures(tab, "inbox");

    await tab.goto(`${stackUrl()}/messages/new/${cleo.handle}`);
    await say(tab, "Good morning, Cleo");
    await expect
      .poll(() => tab.evaluate(() => location.pathname))
      .toMatch(/^\/messages\/[0-9a-f-]{36}$/);
    await expect.poll(async () => (await inbox(tab))[0]).toBe("Cleo");

    const other = await open(cleo, "/messages");
    await waitForText(other, "Good morning, Cleo");
    await other.click("nav li a");
    await expect.poll(() => texts(other)).toEqual(["Good morning, Cleo"]);
    await say(other, "Good morning, Andrew");
    await expect.poll(() => texts(tab)).toEqual(["Good morning, Cleo", "Good morning, Andrew"]);
    await say(tab, "Live in both directions");
    await expect.poll(async () => (await texts(other)).at(-1)).toBe("Live in both directions");
    await takePictures(tab, "conversation");
  });

  test("older messages load while one scrolls up, without a jump, and Home and End go to the ends", async () => {
    const lines = Array.from({ length: 160 }, (_, index) => `Message ${index}`);
    const { a, apiA, message_group_uuid } = await createConversation(lines.slice(0, 1));
    // All by one person, because the visit starts at the first unread message.
    for (const line of lines.slice(1)) await apiA.send({ message_group_uuid }, line);
    const tab = await open(a, `/messages/${message_group_uuid}`);
    await expect.poll(async () => (await texts(tab)).at(-1)).toBe("Message 159");
    await startWatching(tab);
    await expect
      .poll(
        async () => {
          await tab.evaluate(() => document.querySelector("[role=log]")?.scrollBy(0, -150));
          return (await texts(tab))[0];
        },
        { interval: 20 },
      )
      .toBe("Message 0");
    const steps = await stopWatching(tab);
    // Scrolling up moves rows down: a step in the other direction would be a jump.
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(-1);
    expect(steps.filter((step) => step > 1).length).toBeGreaterThan(10);
    expect(await texts(tab)).toEqual(lines);

    await tab.evaluate(() =>
      document.querySelector<HTMLElement>("[role=log] li[tabindex='0']")?.focus(),
    );
    for (const [key, text] of [
      ["Home", "Message 0"],
      ["End", "Message 159"],
    ] as const) {
      await tab.press(key);
      await expect
        .poll(() =>
          tab.evaluate(() => {
            const row = document.activeElement;
            const feed = row?.closest("[role=log]")?.getBoundingClientRect();
            const box = row?.getBoundingClientRect();
            const isShown = feed && box && box.top >= feed.top - 1 && box.bottom <= feed.bottom + 1;
            return isShown ? row?.querySelector("[data-held] div[dir=auto]")?.textContent : null;
          }),
        )
        .toBe(text);
    }
  });

  test("messages written without a server wait, survive a reload and are sent once and in order", async () => {
    const { a, apiB, message_group_uuid } = await createConversation(["Hello", "Hi"]);
    await using server = await startProxiedServer();
    const tab = await open(a, `/messages/${message_group_uuid}`, server.url);
    await expect.poll(() => texts(tab)).toEqual(["Hello", "Hi"]);
    // From now on, a reload needs no server.
    await tab.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await expect.poll(() => keptConversations(tab)).toBe(2);
    server.proxy.cut();
    await say(tab, "one");
    await say(tab, "two");
    await expect.poll(() => unsent(tab)).toBe(2);
    await takePictures(tab, "waiting");
    await tab.reload();
    await expect.poll(() => texts(tab)).toEqual(["Hello", "Hi", "one", "two"]);
    expect(await unsent(tab)).toBe(2);
    server.proxy.resume();
    await expect.poll(() => unsent(tab)).toBe(0);
    const { items } = await apiB.messages.list.query({ message_group_uuid, limit: 10 });
    expect(items.map(({ message }) => message)).toEqual(["Hello", "Hi", "one", "two"]);
    await expect.poll(() => texts(tab)).toEqual(["Hello", "Hi", "one", "two"]);
  });
});
