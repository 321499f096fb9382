import { describe, expect, test } from "vitest";
import { useHarness } from "./harness/use-harness.ts";

const harness = useHarness();

describe("what a person reads stays in its place", () => {
  test("when 50 messages are added before it, in the middle of the list and at its top", async () => {
    await harness.visit();
    for (const top of [700, 0]) {
      await harness.frames();
      await harness.page.waitForFunction(() => window.harness.history.state.get().older === "idle");
      await harness.page.evaluate(() => window.harness.server.hold());
      await harness.setTop(top);
      await harness.page.waitForFunction(
        () => window.harness.history.state.get().older === "loading",
      );
      await harness.frames();
      const before = await harness.count();
      await harness.startWatching();
      await harness.page.evaluate(() => window.harness.server.release());
      await harness.page.waitForFunction(
        (known) => window.harness.history.state.get().messages.length > known,
        before,
      );
      await harness.frames(6);
      const { moved, frames: seen } = await harness.stopWatching();
      expect(seen).toBeGreaterThan(3);
      expect(moved).toBeLessThanOrEqual(1);
    }
  });

  test("when pages are replaced at both ends, with never more than 400 rows", async () => {
    await harness.visit();
    for (const edge of ["older", "newer"] as const) {
      for (let swap = 0; swap < 12; swap += 1) {
        await harness.setTop(edge === "older" ? 900 : 1e9);
        await harness.frames(2);
        await harness.startWatching();
        await harness.page.evaluate(
          (name) =>
            name === "older"
              ? window.harness.history.loadOlder()
              : window.harness.history.loadNewer(),
          edge,
        );
        await harness.frames(3);
        const { moved, rows, frames: seen } = await harness.stopWatching();
        expect(seen).toBeGreaterThan(0);
        expect(moved).toBeLessThanOrEqual(1);
        expect(rows).toBeLessThanOrEqual(400);
      }
    }
  });

  test("when the wheel turns through eight pages on a slow device: no step goes backwards", async () => {
    await harness.visit();
    const devtools = await harness.page.context().newCDPSession(harness.page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await harness.page.evaluate(() => {
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
    await harness.page.mouse.move(350, 300);
    const pagesLoaded = () =>
      harness.page.evaluate(() => window.harness.history.state.get().messages[0]?.message ?? "");
    let isThere = false;
    for (let turn = 0; turn < 220 && !isThere; turn += 1) {
      await harness.page.mouse.wheel(0, -400);
      const first = Number(/\d+/.exec(await pagesLoaded())?.[0]);
      isThere = first <= 550;
    }
    expect(isThere).toBe(true);
    const steps = await harness.page.evaluate(
      () => (window as unknown as { steps: number[] }).steps,
    );
    // Scrolling up moves rows down: a step in the other direction would be a jump.
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(-1);
    expect(steps.filter((step) => step > 1).length).toBeGreaterThan(20);
  });

  test("when a row above grows and when the window gets narrower", async () => {
    await harness.visit(200);
    await harness.setTop(1_500);
    await harness.frames();
    await harness.startWatching();
    // Within a frame, because painted frames are watched.
    await harness.page.evaluate(async () => {
      await new Promise(requestAnimationFrame);
      const first = document.querySelector<HTMLElement>("li[data-uuid]");
      if (first) first.style.paddingBottom = "237px";
    });
    await harness.frames(5);
    expect((await harness.stopWatching()).moved).toBeLessThanOrEqual(1);
    await harness.startWatching();
    await harness.page.setViewportSize({ width: 420, height: 600 });
    await harness.frames(5);
    expect((await harness.stopWatching()).moved).toBeLessThanOrEqual(1);
  });
});

test("100,000 messages can be jumped through and scrolled with at most 400 rows", async () => {
  await harness.visit(100_000);
  for (const index of [50_000, 12_345, 99_000]) {
    await harness.page.evaluate(async (at) => {
      const { server, feed } = window.harness;
      await feed()?.goToMessage(server.messages[at]?.uuid ?? "");
    }, index);
    await harness.page.getByText(`Message ${index}.`).waitFor();
    expect(await harness.page.locator("li[data-uuid]").count()).toBeLessThanOrEqual(400);
  }
  await harness.page.evaluate(async () => {
    const { server, feed } = window.harness;
    await feed()?.goToMoment(server.messages[70_000]?.created_at ?? "");
  });
  await harness.page.getByText("Message 70000.").waitFor();
  await harness.page.mouse.move(350, 300);
  for (const step of [-1, 1]) {
    await harness.startWatching();
    const first = await harness.page.evaluate(
      () => window.harness.history.state.get().messages[0]?.uuid ?? "",
    );
    await expect
      .poll(async () => {
        await harness.page.mouse.wheel(0, step * 3_000);
        const now = await harness.page.evaluate(
          () => window.harness.history.state.get().messages[0]?.uuid ?? "",
        );
        return step < 0 ? now < first : now > first;
      })
      .toBe(true);
    const { rows } = await harness.stopWatching();
    expect(rows).toBeLessThanOrEqual(400);
  }
});
