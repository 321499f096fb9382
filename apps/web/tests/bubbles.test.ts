import { expect, test } from "vitest";
import { createConversation, useBrowser } from "./support.ts";

const browser = useBrowser();

test("bubbles of a run are squared on their author's side, whatever the direction of their text", async () => {
  const { a, b, apiA, message_group_uuid } = await createConversation(["hello"]);
  for (const text of ["مرحبا", "كيف حالك"]) await apiA.send({ message_group_uuid }, text);
  for (const [person, squared, round] of [
    [a, "borderBottomRightRadius", "borderBottomLeftRadius"],
    [b, "borderBottomLeftRadius", "borderBottomRightRadius"],
  ] as const) {
    const page = await browser.openAs(person, { path: `/messages/${message_group_uuid}` });
    const bubble = page.locator("[role=log] li [data-held]", { hasText: "مرحبا" });
    await bubble.waitFor();
    const radii = await bubble.evaluate(
      (element, names) => {
        const style = getComputedStyle(element);
        return names.map((name) => style[name]);
      },
      [squared, round] as const,
    );
    expect(radii).toEqual(["4px", "16px"]);
  }
});
