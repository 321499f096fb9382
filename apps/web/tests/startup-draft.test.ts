import { beforeEach, describe, expect, test } from "vitest";
import { useHarness } from "./harness/use-harness.ts";

const harness = useHarness();

declare global {
  interface Window {
    openStorage(): void;
  }
}

describe("a text typed before the browser's storage is open", () => {
  beforeEach(async () => {
    await harness.page.addInitScript(() => {
      const { open } = IDBFactory.prototype;
      const waiting: (() => void)[] = [];
      let isOpen = false;
      window.openStorage = () => {
        isOpen = true;
        for (const report of waiting) report();
      };
      IDBFactory.prototype.open = function (...args) {
        const request = open.apply(this, args);
        request.addEventListener("success", (event) => {
          if (isOpen) return;
          event.stopImmediatePropagation();
          waiting.push(() => request.dispatchEvent(new Event("success")));
        });
        return request;
      };
    });
  });

  const field = () => harness.page.getByRole("textbox");

  async function openStorage(): Promise<void> {
    await harness.page.evaluate(() => window.openStorage());
    await harness.page.waitForFunction(() => window.harness.isOutboxOpen());
  }

  test("is shown unchanged when the storage opens, and is there after a reload", async () => {
    await harness.visit(3);
    await field().fill("too early");
    await openStorage();
    expect(await field().inputValue()).toBe("too early");
    await field().press("End");
    await field().pressSequentially("!");
    await harness.page.reload();
    await openStorage();
    await expect.poll(() => field().inputValue()).toBe("too early!");
  });

  test("is taken over once, although the browser loses the removal of the early copy", async () => {
    await harness.page.addInitScript(() => {
      Storage.prototype.removeItem = () => {};
    });
    await harness.visit(3);
    await field().fill("too early");
    for (let reload = 0; reload < 3; reload += 1) {
      await openStorage();
      await expect.poll(() => field().inputValue()).toBe("too early");
      await harness.page.reload();
    }
  });

  test("is taken over once by two forms of the same conversation", async () => {
    await harness.visit(3);
    await harness.page.evaluate(() => window.harness.showSecondForm());
    const [first, second] = [field().first(), field().nth(1)];
    await second.waitFor();
    await first.fill("too early");
    expect(await second.inputValue()).toBe("too early");
    await openStorage();
    for (const form of [first, second]) expect(await form.inputValue()).toBe("too early");
  });
});
