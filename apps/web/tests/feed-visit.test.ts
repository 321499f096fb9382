import { describe, expect, test } from "vitest";
import { useHarness } from "./harness/use-harness.ts";

const harness = useHarness();

describe("a visit", () => {
  test("starts with the first unread message a third down, marks seen messages as read, and keeps the line", async () => {
    await harness.load(200);
    const divider = await harness.page.evaluate(async () => {
      const { server, visit } = window.harness;
      const first = server.messages.slice(170).find(({ handle }) => handle === "ana");
      const marker = server.messages[server.messages.indexOf(first as never) - 1]?.uuid ?? "";
      await visit({ divider: first?.uuid ?? "", marker, place: { at: "divider" } });
      return first?.uuid ?? "";
    });
    await harness.page.getByText("New messages").waitFor();
    const place = await harness.page.evaluate(() => {
      const view = document.querySelector("[role=log]") as HTMLElement;
      const line = view.querySelector('[data-key="divider"]') as HTMLElement;
      const { top, height } = view.getBoundingClientRect();
      return (line.getBoundingClientRect().top - top) / height;
    });
    expect(place).toBeCloseTo(1 / 3, 2);
    expect(await harness.page.evaluate(() => window.harness.marked)).toEqual([]);
    await harness.page.waitForFunction(() => window.harness.marked.length > 0);
    const [marked] = await harness.page.evaluate(() => window.harness.marked);
    expect((marked ?? "") >= divider).toBe(true);
    await harness.setTop(1e9);
    await harness.page.waitForFunction(() => window.harness.marked.length > 1);
    const marks = await harness.page.evaluate(() => window.harness.marked);
    expect(marks).toEqual([...marks].sort());
    expect(await harness.page.getByText("New messages").count()).toBe(1);
  });

  test("starts where the person left the conversation", async () => {
    await harness.visit(300);
    await harness.setTop(900);
    await harness.frames(4);
    const before = await topRow();
    await harness.page.evaluate(() => window.harness.leave());
    await harness.page.waitForFunction(() => document.querySelector("[role=log]") === null);
    await harness.page.evaluate(() => {
      const position = window.harness.position();
      if (!position) throw new Error("no position kept");
      return window.harness.visit({ place: { at: "position", position } });
    });
    await harness.page.waitForSelector("li[data-uuid]");
    await harness.frames(4);
    const after = await topRow();
    expect(after.key).toBe(before.key);
    expect(Math.abs(after.offset - before.offset)).toBeLessThanOrEqual(1);
  });
});

const topRow = () =>
  harness.page.evaluate(() => {
    const view = document.querySelector("[role=log]") as HTMLElement;
    const { top } = view.getBoundingClientRect();
    const row = [...view.querySelectorAll<HTMLElement>("li[data-key]")].find(
      (item) => item.getBoundingClientRect().bottom > top,
    );
    return { key: row?.dataset.key, offset: (row?.getBoundingClientRect().top ?? 0) - top };
  });

test("days have names in the viewer's time zone, also across the end of a year", async () => {
  // The harness's first message is at midnight UTC of 1 January: still 31 December in Los Angeles.
  for (const [now, days] of [
    ["2026-01-01T16:41:00.000Z", ["Yesterday", "Today"]],
    ["2026-03-01T12:00:00.000Z", ["31 December 2025", "Thursday 1 January"]],
  ] as const) {
    const local = await harness.newPage({ timezoneId: "America/Los_Angeles", locale: "en-GB" });
    await local.clock.setFixedTime(now);
    await local.goto(harness.url("count=1000"));
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
  // The midnights were calculated by hand. Los Angeles changes its clocks on 8 March.
  test.each([
    ["Pacific/Pitcairn", "2026-05-01", "2026-05-01T08:00:00.000Z"],
    ["Pacific/Tongatapu", "2026-05-01", "2026-04-30T11:00:00.000Z"],
    ["America/Los_Angeles", "2026-03-08", "2026-03-08T08:00:00.000Z"],
    ["America/Los_Angeles", "2026-03-09", "2026-03-09T07:00:00.000Z"],
  ])(
    "in %s, goes to the first message after local midnight of %s, with the day's name in view",
    async (timezoneId, day, midnight) => {
      const local = await harness.newPage({ timezoneId });
      await local.goto(harness.url("count=3500&step=60"));
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
        const named = row?.previousElementSibling?.getBoundingClientRect();
        return {
          at: row?.querySelector("time")?.dateTime,
          isDayInView: named !== undefined && named.top >= top && named.height > 0,
        };
      });
      expect(first).toEqual({ at: midnight, isDayInView: true });
      await local.close();
    },
  );
});
