import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const html = readFileSync(`${dist}/index.html`, "utf8");

/** The scripts that the browser loads before the inbox can be used. */
const scripts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) =>
  readFileSync(`${dist}${path}`, "utf8"),
);

test("the JavaScript up to a usable inbox is at most 121 kB, gzipped", () => {
  expect(scripts.length).toBeGreaterThan(0);
  const bytes = scripts.reduce((sum, script) => sum + gzipSync(script, { level: 9 }).length, 0);
  expect(bytes).toBeLessThanOrEqual(121_000);
});

// The app checks input with the contract's plain functions for texts and limits. The server checks
// everything with zod, which would add 22 kB (29 kB with the schemas of messages) to the 115 kB here.
test("no schema library is part of the first load", () => {
  expect(scripts.filter((script) => /ZodError|ValiError/.test(script))).toEqual([]);
});

test("the page has no inline script, so that a strict content security policy can apply", () => {
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>/);
  expect(html).not.toMatch(/\son\w+=/);
  expect(html).not.toMatch(/style=/);
});

test("only the type of the router can be imported from the server: a value fails the build", async () => {
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
