import { describe, expect, test } from "vitest";
import { useHarness } from "./harness/use-harness.ts";

const harness = useHarness();

describe("the end of the conversation", () => {
  test("new messages and a growing composer leave no gap at the end", async () => {
    await harness.visit(200);
    expect((await harness.metrics()).gap).toBeLessThanOrEqual(1);
    for (let i = 0; i < 5; i += 1) {
      await harness.page.evaluate(() => window.harness.live());
      await harness.frames(2);
      expect((await harness.metrics()).gap).toBeLessThanOrEqual(1);
    }
    const before = await harness.metrics();
    await harness.page.getByRole("textbox").fill("line\n".repeat(8));
    await harness.frames(3);
    const after = await harness.metrics();
    expect(after.clientHeight).toBeLessThan(before.clientHeight - 100);
    expect(after.gap).toBeLessThanOrEqual(1);
    expect(await harness.page.getByRole("button", { name: /Jump to latest/ }).count()).toBe(0);
  });

  test("away from the end, a new message is counted and moves nothing", async () => {
    await harness.visit(200);
    const { scrollTop } = await harness.metrics();
    await harness.setTop(scrollTop - 800);
    await harness.frames();
    await harness.startWatching();
    for (let i = 0; i < 3; i += 1) await harness.page.evaluate(() => window.harness.live());
    await harness.frames(4);
    expect((await harness.stopWatching()).moved).toBeLessThanOrEqual(1);
    const jump = harness.page.getByRole("button", { name: "Jump to latest, 3 new messages" });
    await jump.click();
    await jump.waitFor({ state: "detached" });
    await harness.page.waitForFunction(() => {
      const view = document.querySelector("[role=log]") as HTMLElement;
      return view.scrollHeight - view.clientHeight - view.scrollTop <= 1;
    });
  });

  test("in old history, live messages are not inserted, both directions load, and an own message goes to the end", async () => {
    await harness.visit();
    await harness.page.evaluate(async () => {
      const { server, feed } = window.harness;
      await feed()?.goToMessage(server.messages[300]?.uuid ?? "");
    });
    await harness.page.getByText("Message 300.").waitFor();
    const live = await harness.page.evaluate(
      () => window.harness.live("hello from the present").uuid,
    );
    await harness.frames(4);
    expect(await harness.page.locator(`[data-uuid="${live}"]`).count()).toBe(0);
    await harness.page.getByRole("button", { name: "Jump to latest, 1 new message" }).waitFor();
    const middle = await harness.page.evaluate(
      () => window.harness.history.state.get().messages.length,
    );
    await harness.setTop(0);
    await harness.page.waitForFunction(
      (known) => window.harness.history.state.get().messages.length > known,
      middle,
    );
    await harness.setTop(1e9);
    await harness.page.waitForFunction(
      (known) => window.harness.history.state.get().messages.length > known + 50,
      middle,
    );
    await harness.page.getByRole("textbox").fill("mine");
    await harness.page.getByRole("textbox").press("Enter");
    await harness.page.getByText("hello from the present").waitFor();
    const own = harness.page.locator("li[data-key]", { hasText: "mine" }).last();
    await own.waitFor();
    await harness.page.waitForFunction(() => window.harness.history.state.get().isAttached);
    await harness.frames(4);
    expect((await harness.metrics()).gap).toBeLessThanOrEqual(1);
    expect(await harness.page.getByRole("textbox").inputValue()).toBe("");
  });

  test("with reduced motion, the feed goes to the end in one step", async () => {
    await harness.load();
    await harness.page.emulateMedia({ reducedMotion: "reduce" });
    await harness.page.evaluate(() => window.harness.visit());
    await harness.page.waitForSelector("li[data-uuid]");
    await harness.frames();
    const { scrollTop } = await harness.metrics();
    await harness.setTop(scrollTop - 500);
    const button = harness.page.getByRole("button", { name: /^Jump to latest/ });
    await button.waitFor();
    await button.evaluate((element) => (element as HTMLElement).click());
    expect((await harness.metrics()).gap).toBeLessThanOrEqual(1);
  });

  test("Home and End move the focus to the first and the last message", async () => {
    await harness.visit(40);
    await harness.page.locator("li[tabindex='0']").focus();
    await harness.page.keyboard.press("ArrowUp");
    expect(await harness.focusedText()).toContain("Message 38.");
    await harness.page.keyboard.press("Home");
    expect(await harness.focusedText()).toContain("Message 0.");
    await harness.page.keyboard.press("End");
    await harness.frames(4);
    expect(await harness.focusedText()).toContain("Message 39.");
    expect((await harness.metrics()).gap).toBeLessThanOrEqual(1);
    await harness.page.keyboard.press("Enter");
    await harness.page.getByRole("menuitem", { name: "Copy link" }).waitFor();
    await harness.page.keyboard.press("Escape");
    expect(await harness.focusedText()).toContain("Message 39.");
    await harness.page.keyboard.press("Escape");
    expect(await harness.page.evaluate(() => document.activeElement?.tagName)).toBe("TEXTAREA");
  });

  test("a key pressed right after the menu of a message opened goes to the menu, not to the feed", async () => {
    await harness.visit(40);
    await harness.page.locator("li[tabindex='0']").focus();
    // In one task, so that no later step of the browser can move the focus.
    const focused = await harness.page.evaluate(() => {
      const press = (key: string) =>
        document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      const textOf = () => document.activeElement?.textContent;
      press("Enter");
      const first = textOf();
      press("ArrowDown");
      return [first, textOf()];
    });
    expect(focused).toEqual(["Reply", "Copy text"]);
    await harness.page.keyboard.press("Escape");
    expect(await harness.focusedText()).toContain("Message 39.");
  });
});
