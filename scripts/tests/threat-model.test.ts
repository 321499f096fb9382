import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../workspace.mjs";

const model = readFileSync(join(root, "docs/threat-model.md"), "utf8");
const rows = model
  .split("\n")
  .filter((line) => line.startsWith("|") && line.includes(".test.ts"))
  .map((line) => line.split("|").at(-2)?.trim() ?? "");

/** Every test file of the repository: its path, and its text. */
const { stdout } = spawnSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.test.ts"],
  { cwd: root, encoding: "utf8" },
);
const tests = new Map(
  stdout
    .split("\n")
    .filter((path) => path !== "" && existsSync(join(root, path)))
    .map((path) => [path, readFileSync(join(root, path), "utf8")]),
);

test("every control of the threat model names test files that exist", () => {
  expect(rows.length).toBeGreaterThan(20);
  const named = rows.flatMap((row) => [...row.matchAll(/`([\w./-]+\.test\.ts)`/g)]);
  const missing = named
    .map(([, file = ""]) => file)
    .filter((file) => ![...tests.keys()].some((path) => `/${path}`.endsWith(`/${file}`)));
  expect(missing).toEqual([]);
});

test("every test that the threat model quotes exists under that name", () => {
  const quoted = rows.flatMap((row) =>
    [...row.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name),
  );
  expect(quoted.length).toBeGreaterThan(10);
  const texts = [...tests.values()];
  expect(quoted.filter((name) => !texts.some((text) => text.includes(name)))).toEqual([]);
});
