import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const html = readFileSync(`${dist}/index.html`, "utf8");

test("the first load is at most 130 kB of JavaScript, gzipped, up to a usable inbox", () => {
  const scripts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(
    ([, path]) => path,
  );
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.reduce(
    (sum, path) => sum + gzipSync(readFileSync(`${dist}${path}`), { level: 9 }).length,
    0,
  );
  expect(bytes).toBeLessThanOrEqual(130_000);
});

test("the page has no inline script, so that a strict content policy holds", () => {
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/);
  expect(html).not.toMatch(/\son\w+=/);
  expect(html).not.toMatch(/style=/);
});
