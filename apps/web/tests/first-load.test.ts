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

test("a value imported from the server fails the build; only its router's type can be had", async () => {
  const { build } = await import("vite");
  const bundle = (code: string) =>
    build({
      configFile: false,
      logLevel: "silent",
      root: fileURLToPath(new URL("..", import.meta.url)),
      build: { write: false, rolldownOptions: { input: "virtual:entry" } },
      plugins: [
        {
          name: "entry",
          resolveId: (id) => (id === "virtual:entry" ? "\0entry.ts" : null),
          load: (id) => (id === "\0entry.ts" ? code : null),
        },
      ],
    });
  await expect(
    bundle('import { appRouter } from "@cruddur/server/router"; console.log(appRouter);'),
  ).rejects.toThrow(/@cruddur\/server/);
  await expect(
    bundle(
      'import type { AppRouter } from "@cruddur/server/router"; console.log({} as AppRouter);',
    ),
  ).resolves.toBeDefined();
});
