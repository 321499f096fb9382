import { afterEach, expect, test, vi } from "vitest";
import { createProgress } from "./progress.ts";

afterEach(() => vi.restoreAllMocks());

test("without a terminal, progress is a line every three seconds and nothing in between", () => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  let ms = 0;
  const progress = createProgress("messages", 100, { isTerminal: false, now: () => ms });
  for (ms = 0; ms < 7_000; ms += 500) progress.add(10);
  expect(lines).toEqual(["messages 70/100\n", "messages 130\n"]);
  progress.stop();
  expect(lines).toHaveLength(2);
});
