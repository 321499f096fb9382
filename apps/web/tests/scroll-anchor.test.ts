import { launchChromium } from "@cruddur/engines/chromium";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { serveHarness } from "./harness/serve.ts";

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

async function openHarness(count = 1_000): Promise<void> {
  await page.goto(`${site.url}/?count=${count}`);
  await page.waitForFunction(() => window.harness !== undefined);
  await page.addScriptTag({ content: `window.watch = ${watch.toString()}` });
}

/**
 * Records, after every painted frame, how far the row at the viewport's top has moved.
 * Runs in the page.
 */
function watch(key: string | null) {
  const viewport = document.querySelector("[role=log]") as HTMLElement;
  const top = () => viewport.getBoundingClientRect().top;
  const rows = () => [...viewport.querySelectorAll<HTMLElement>("li[data-uuid]")];
  const row =
    (key === null ? undefined : rows().find((item) => item.dataset.key === key)) ??
    rows().find((item) => item.getBoundingClientRect().bottom > top());
  if (row === undefined) throw new Error("no row to watch");
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

declare global {
  interface Window {
    watch: typeof watch;
    watching: ReturnType<typeof watch>;
  }
}

const startWatching = () =>
  page.evaluate(() => {
    window.watching = window.watch(null);
  });
const stopWatching = () => page.evaluate(() => window.watching.stop());
const setTop = (top: number) =>
  page.evaluate((value) => {
    (document.querySelector("[role=log]") as HTMLElement).scrollTop = value;
  }, top);
const frames = (count = 3) =>
  page.evaluate(async (left) => {
    for (let i = 0; i < left; i += 1) await new Promise(requestAnimationFrame);
  }, count);
const metrics = () =>
  page.evaluate(() => {
    const viewport = document.querySelector("[role=log]") as HTMLElement;
    const { scrollTop, scrollHeight, clientHeight } = viewport;
    return { scrollTop, gap: scrollHeight - clientHeight - scrollTop, scrollHeight, clientHeight };
  });
const count = () => page.evaluate(() => window.harness.history.state.get().messages.length);

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 700, height: 600 } });
  return () => page.close();
});

describe("what is being read stays where it is", () => {
  test("50 messages put before move nothing, in the middle of the list and at its very top", async () => {
    await openHarness();
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    for (const top of [700, 0]) {
      await frames();
      await page.waitForFunction(() => window.harness.history.state.get().older === "idle");
      await page.evaluate(() => window.harness.server.hold());
      await setTop(top);
      await page.waitForFunction(() => window.harness.history.state.get().older === "loading");
      await frames();
      const before = await count();
      await startWatching();
      await page.evaluate(() => window.harness.server.release());
      await page.waitForFunction(
        (known) => window.harness.history.state.get().messages.length > known,
        before,
      );
      await frames(6);
      const { moved, frames: seen } = await stopWatching();
      expect(seen).toBeGreaterThan(3);
      expect(moved).toBeLessThanOrEqual(1);
    }
  });

  test("pages swapped at both ends move nothing, and never are there more than 400 rows", async () => {
    await openHarness();
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    for (const edge of ["older", "newer"] as const) {
      for (let swap = 0; swap < 12; swap += 1) {
        await setTop(edge === "older" ? 900 : 1e9);
        await frames(2);
        await startWatching();
        await page.evaluate(
          (name) =>
            name === "older"
              ? window.harness.history.loadOlder()
              : window.harness.history.loadNewer(),
          edge,
        );
        await frames(3);
        const { moved, rows, frames: seen } = await stopWatching();
        expect(seen).toBeGreaterThan(0);
        expect(moved).toBeLessThanOrEqual(1);
        expect(rows).toBeLessThanOrEqual(400);
      }
    }
  });

  test("wheeling up through eight pages on a slow device never steps backwards", async () => {
    await openHarness();
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.evaluate(() => {
      window.harness.server.setDelay(60);
      const steps: number[] = [];
      const viewport = document.querySelector("[role=log]") as HTMLElement;
      let last: { row: Element; top: number } | null = null;
      const look = () => {
        const { top } = viewport.getBoundingClientRect();
        if (last?.row.isConnected) steps.push(last.row.getBoundingClientRect().top - last.top);
        const row = [...viewport.querySelectorAll("li[data-uuid]")].find(
          (item) => item.getBoundingClientRect().bottom > top + 40,
        );
        last = row ? { row, top: row.getBoundingClientRect().top } : null;
        requestAnimationFrame(() => setTimeout(look));
      };
      look();
      Object.assign(window, { steps });
    });
    await page.mouse.move(350, 300);
    const pagesLoaded = () =>
      page.evaluate(() => window.harness.history.state.get().messages[0]?.message ?? "");
    let isThere = false;
    for (let turn = 0; turn < 220 && !isThere; turn += 1) {
      await page.mouse.wheel(0, -400);
      const first = Number(/\d+/.exec(await pagesLoaded())?.[0]);
      isThere = first <= 550;
    }
    expect(isThere).toBe(true);
    const steps = await page.evaluate(() => (window as unknown as { steps: number[] }).steps);
    // Moving up brings rows down: a step the other way would be a jump.
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(-1);
    expect(steps.filter((step) => step > 1).length).toBeGreaterThan(20);
  });

  test("a row above that grows, and a narrower window, keep the row at the top", async () => {
    await openHarness(200);
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    await setTop(1_500);
    await frames();
    await startWatching();
    // Within a frame: what is watched is what was painted, not what is about to be.
    await page.evaluate(async () => {
      await new Promise(requestAnimationFrame);
      const first = document.querySelector<HTMLElement>("li[data-uuid]");
      if (first) first.style.paddingBottom = "237px";
    });
    await frames(5);
    expect((await stopWatching()).moved).toBeLessThanOrEqual(1);
    await startWatching();
    await page.setViewportSize({ width: 420, height: 600 });
    await frames(5);
    expect((await stopWatching()).moved).toBeLessThanOrEqual(1);
  });
});

describe("the end of the conversation", () => {
  test("at the end, new messages and a growing composer leave no gap", async () => {
    await openHarness(200);
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    expect((await metrics()).gap).toBeLessThanOrEqual(1);
    for (let i = 0; i < 5; i += 1) {
      await page.evaluate(() => window.harness.live());
      await frames(2);
      expect((await metrics()).gap).toBeLessThanOrEqual(1);
    }
    const before = await metrics();
    await page.getByRole("textbox").fill("line\n".repeat(8));
    await frames(3);
    const after = await metrics();
    expect(after.clientHeight).toBeLessThan(before.clientHeight - 100);
    expect(after.gap).toBeLessThanOrEqual(1);
    expect(await page.getByRole("button", { name: /Jump to latest/ }).count()).toBe(0);
  });

  test("away from the end, a new message moves nothing and is counted", async () => {
    await openHarness(200);
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    const { scrollTop } = await metrics();
    await setTop(scrollTop - 800);
    await frames();
    await startWatching();
    for (let i = 0; i < 3; i += 1) await page.evaluate(() => window.harness.live());
    await frames(4);
    expect((await stopWatching()).moved).toBeLessThanOrEqual(1);
    const jump = page.getByRole("button", { name: "Jump to latest, 3 new messages" });
    await jump.click();
    await jump.waitFor({ state: "detached" });
    await page.waitForFunction(() => {
      const view = document.querySelector("[role=log]") as HTMLElement;
      return view.scrollHeight - view.clientHeight - view.scrollTop <= 1;
    });
  });

  test("in old history a live message isn't inserted, both ways load, and an own send lands at the end", async () => {
    await openHarness();
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    await page.evaluate(async () => {
      const { server, feed } = window.harness;
      await feed()?.goToMessage(server.messages[300]?.uuid ?? "");
    });
    await page.getByText("Message 300.").waitFor();
    const live = await page.evaluate(() => window.harness.live("hello from the present").uuid);
    await frames(4);
    expect(await page.locator(`[data-uuid="${live}"]`).count()).toBe(0);
    await page.getByRole("button", { name: "Jump to latest, 1 new message" }).waitFor();
    const middle = await page.evaluate(() => window.harness.history.state.get().messages.length);
    await setTop(0);
    await page.waitForFunction(
      (known) => window.harness.history.state.get().messages.length > known,
      middle,
    );
    await setTop(1e9);
    await page.waitForFunction(
      (known) => window.harness.history.state.get().messages.length > known + 50,
      middle,
    );
    await page.getByRole("textbox").fill("mine");
    await page.getByRole("textbox").press("Enter");
    await page.getByText("hello from the present").waitFor();
    const own = page.locator("li[data-key]", { hasText: "mine" }).last();
    await own.waitFor();
    await page.waitForFunction(() => window.harness.history.state.get().isAttached);
    await frames(4);
    expect((await metrics()).gap).toBeLessThanOrEqual(1);
    expect(await page.getByRole("textbox").inputValue()).toBe("");
  });

  test("out of reach of the server, an own message written in old history is shown all the same", async () => {
    await openHarness();
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    await page.evaluate(async () => {
      const { server, feed } = window.harness;
      await feed()?.goToMessage(server.messages[300]?.uuid ?? "");
      server.failures.push("unavailable", "unavailable", "unavailable");
      server.hold();
    });
    await page.getByText("Message 300.").waitFor();
    await page.getByRole("textbox").fill("from the past");
    await page.getByRole("textbox").press("Enter");
    await page.locator("li[data-key]", { hasText: "from the past" }).waitFor();
    await frames(4);
    expect((await metrics()).gap).toBeLessThanOrEqual(1);
    await page.evaluate(() => window.harness.server.release());
    await page.locator("li[data-state=sent]", { hasText: "from the past" }).waitFor();
  });

  test("with reduced motion the way to the end is one step", async () => {
    await openHarness();
    await page.emulateMedia({ reducedMotion: "reduce" });
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    await frames();
    const { scrollTop } = await metrics();
    await setTop(scrollTop - 500);
    const button = page.getByRole("button", { name: /^Jump to latest/ });
    await button.waitFor();
    await button.evaluate((element) => (element as HTMLElement).click());
    expect((await metrics()).gap).toBeLessThanOrEqual(1);
  });

  test("Home and End reach the first and the last message, focus included", async () => {
    await openHarness(40);
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    await page.locator("li[tabindex='0']").focus();
    await page.keyboard.press("ArrowUp");
    expect(await focusedText()).toContain("Message 38.");
    await page.keyboard.press("Home");
    expect(await focusedText()).toContain("Message 0.");
    await page.keyboard.press("End");
    await frames(4);
    expect(await focusedText()).toContain("Message 39.");
    expect((await metrics()).gap).toBeLessThanOrEqual(1);
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Copy link" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await focusedText()).toContain("Message 39.");
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
  });
});

const focusedText = () => page.evaluate(() => document.activeElement?.textContent ?? "");

describe("a visit", () => {
  test("opens with the first unread message a third down, marks what was seen, and keeps the line until left", async () => {
    await openHarness(200);
    const divider = await page.evaluate(async () => {
      const { server, visit } = window.harness;
      const first = server.messages.slice(170).find(({ handle }) => handle === "ana");
      const marker = server.messages[server.messages.indexOf(first as never) - 1]?.uuid ?? "";
      await visit({ divider: first?.uuid ?? "", marker, start: { at: "divider" } });
      return first?.uuid ?? "";
    });
    await page.getByText("New messages").waitFor();
    const place = await page.evaluate(() => {
      const view = document.querySelector("[role=log]") as HTMLElement;
      const line = view.querySelector('[data-key="divider"]') as HTMLElement;
      const { top, height } = view.getBoundingClientRect();
      return (line.getBoundingClientRect().top - top) / height;
    });
    expect(place).toBeCloseTo(1 / 3, 2);
    expect(await page.evaluate(() => window.harness.marked)).toEqual([]);
    await page.waitForFunction(() => window.harness.marked.length > 0);
    const [marked] = await page.evaluate(() => window.harness.marked);
    expect((marked ?? "") >= divider).toBe(true);
    await setTop(1e9);
    await page.waitForFunction(() => window.harness.marked.length > 1);
    const marks = await page.evaluate(() => window.harness.marked);
    expect(marks).toEqual([...marks].sort());
    expect(await page.getByText("New messages").count()).toBe(1);
  });

  test("a conversation left in the middle is found there again", async () => {
    await openHarness(300);
    await page.evaluate(() => window.harness.visit());
    await page.waitForSelector("li[data-uuid]");
    await setTop(900);
    await frames(4);
    const before = await topRow();
    await page.evaluate(() => window.harness.leave());
    await page.waitForFunction(() => document.querySelector("[role=log]") === null);
    await page.evaluate(() => {
      const position = window.harness.position();
      if (!position) throw new Error("no position kept");
      return window.harness.visit({ start: { at: "position", position } });
    });
    await page.waitForSelector("li[data-uuid]");
    await frames(4);
    const after = await topRow();
    expect(after.key).toBe(before.key);
    expect(Math.abs(after.offset - before.offset)).toBeLessThanOrEqual(1);
  });
});

const topRow = () =>
  page.evaluate(() => {
    const view = document.querySelector("[role=log]") as HTMLElement;
    const { top } = view.getBoundingClientRect();
    const row = [...view.querySelectorAll<HTMLElement>("li[data-key]")].find(
      (item) => item.getBoundingClientRect().bottom > top,
    );
    return { key: row?.dataset.key, offset: (row?.getBoundingClientRect().top ?? 0) - top };
  });

test("100,000 messages are as smooth as a few: to a date, to a message, up and down, at most 400 rows", async () => {
  await openHarness(100_000);
  await page.evaluate(() => window.harness.visit());
  await page.waitForSelector("li[data-uuid]");
  for (const index of [50_000, 12_345, 99_000]) {
    await page.evaluate(async (at) => {
      const { server, feed } = window.harness;
      await feed()?.goToMessage(server.messages[at]?.uuid ?? "");
    }, index);
    await page.getByText(`Message ${index}.`).waitFor();
    expect(await page.locator("li[data-uuid]").count()).toBeLessThanOrEqual(400);
  }
  await page.evaluate(async () => {
    const { server, feed } = window.harness;
    await feed()?.goToMoment(server.messages[70_000]?.created_at ?? "");
  });
  await page.getByText("Message 70000.").waitFor();
  await page.mouse.move(350, 300);
  for (const step of [-1, 1]) {
    await startWatching();
    const first = await page.evaluate(
      () => window.harness.history.state.get().messages[0]?.uuid ?? "",
    );
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, step * 3_000);
        const now = await page.evaluate(
          () => window.harness.history.state.get().messages[0]?.uuid ?? "",
        );
        return step < 0 ? now < first : now > first;
      })
      .toBe(true);
    const { rows } = await stopWatching();
    expect(rows).toBeLessThanOrEqual(400);
  }
});

test("days are named across a year's end, in the viewer's zone", async () => {
  // The harness's first message is at midnight UTC of 1 January: still 31 December in Los Angeles.
  for (const [now, days] of [
    ["2026-01-01T16:41:00.000Z", ["Yesterday", "Today"]],
    ["2026-03-01T12:00:00.000Z", ["31 December 2025", "Thursday 1 January"]],
  ] as const) {
    const local = await browser.newPage({
      timezoneId: "America/Los_Angeles",
      locale: "en-GB",
      viewport: { width: 700, height: 600 },
    });
    await local.clock.setFixedTime(now);
    await local.goto(`${site.url}/?count=1000`);
    await local.waitForFunction(() => window.harness !== undefined);
    await local.evaluate(async () => {
      await window.harness.visit();
      await new Promise(requestAnimationFrame);
      await window.harness.feed()?.goToMessage(window.harness.server.messages[478]?.uuid ?? "");
    });
    await local.getByText("Message 478.").waitFor();
    const named = await local.locator("[role=log] li > time").allTextContents();
    expect(named.map((day) => day.replace(",", ""))).toEqual(days);
    await local.close();
  }
});

describe("jump to date", () => {
  // Midnight of the day in that zone, worked out by hand; on 8 and 9 March Los Angeles changes clocks.
  test.each([
    ["Pacific/Pitcairn", "2026-05-01", "2026-05-01T08:00:00.000Z"],
    ["Pacific/Tongatapu", "2026-05-01", "2026-04-30T11:00:00.000Z"],
    ["America/Los_Angeles", "2026-03-08", "2026-03-08T08:00:00.000Z"],
    ["America/Los_Angeles", "2026-03-09", "2026-03-09T07:00:00.000Z"],
  ])(
    "in %s, %s begins with its first message after local midnight",
    async (timezoneId, day, midnight) => {
      const local = await browser.newPage({ timezoneId, viewport: { width: 700, height: 600 } });
      await local.goto(`${site.url}/?count=3500&step=60`);
      await local.waitForFunction(() => window.harness !== undefined);
      await local.evaluate(() => window.harness.visit());
      await local.getByRole("button", { name: "Jump to date" }).click();
      await local.getByLabel("Day").fill(day);
      await local.getByRole("button", { name: "Go" }).click();
      await local.getByRole("dialog").waitFor({ state: "detached" });
      const first = await local.evaluate(() => {
        const view = document.querySelector("[role=log]") as HTMLElement;
        const { top } = view.getBoundingClientRect();
        const row = [...view.querySelectorAll<HTMLElement>("li[data-uuid]")].find(
          (item) => item.getBoundingClientRect().bottom > top + 1,
        );
        return row?.querySelector("time")?.dateTime;
      });
      expect(first).toBe(midnight);
      await local.close();
    },
  );
});
