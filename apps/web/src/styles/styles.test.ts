import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const src = join(import.meta.dirname, "..");
const sheets = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".css"))
  .map((file) => ({ file, css: readFileSync(join(src, file), "utf8") }));

// iOS zooms into fields with text below 16 px, so a field may have that size at least.
const FIXED_SIZE = /(?:font(?:-size)?|line-height|--text-[a-z]+):(?! *max\(16px)[^;]*\dpx/g;

it("no size of text is in px, so that the size in the browser's settings has effect", () => {
  expect(sheets.length).toBeGreaterThan(20);
  const fixed = sheets.flatMap(({ file, css }) =>
    (css.match(FIXED_SIZE) ?? []).map((found) => `${file}: ${found}`),
  );
  expect(fixed).toEqual([]);
});
