import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startChild } from "@cruddur/engines/child";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runTests } from "../repeat/run-tests.ts";
import { selectRuns } from "../repeat/select-runs.ts";
import { createTally } from "../repeat/tally.ts";
import { listPackages, root } from "../workspace.mjs";

const RESULTS = join(import.meta.dirname, "../test-results");
/** A temporary package inside this one, so that it finds Vitest. */
let folder: string;

beforeAll(async () => {
  await mkdir(RESULTS, { recursive: true });
  folder = await mkdtemp(join(RESULTS, "repeat-"));
  await mkdir(join(folder, "tests"));
  await writeFile(
    join(folder, "vitest.config.ts"),
    'export { default } from "../../../vitest.shared.ts";',
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a test file with this content several times and returns the text of the tally. */
async function repeat(source: string, times: number): Promise<string> {
  await writeFile(join(folder, "tests/sample.test.ts"), source);
  const tally = createTally();
  const run = { folder: folder.slice(root.length + 1), files: [] };
  for (let round = 0; round < times; round += 1) {
    tally.add(await runTests(run, new AbortController().signal));
  }
  return tally.toText();
}

test("a test that sometimes fails is printed with the number of its failures and its message", async () => {
  const text = await repeat(
    `import { existsSync, writeFileSync } from "node:fs";
     import { expect, test } from "vitest";
     const isAgain = existsSync("again");
     writeFileSync("again", "");
     test("is steady", () => {});
     test("is not", () => expect(isAgain, "the second time").toBe(false));`,
    2,
  );
  expect(text).toMatch(/^ {2}✓ 0 of 2 {2}is steady$/m);
  expect(text).toMatch(/^ {2}✗ 1 of 2 {2}is not$/m);
  expect(text).toContain("the second time");
  expect(text.split("\n").at(-1)).toBe("2 tests: 1 failures, in 1 tests");
});

test.for([
  ["does not load", "throw new Error('broken on load');", "the file loads", "broken on load"],
  [
    "fails outside of its tests",
    `import { test } from "vitest";
     test("is steady", () => { setTimeout(() => { throw new Error("left behind"); }); });
     test("waits", () => new Promise((resolve) => setTimeout(resolve, 50)));`,
    "the run ends well",
    "left behind",
  ],
] as const)("a file that %s counts as a failure", async ([, source, name, said]) => {
  const text = await repeat(source, 1);
  expect(text).toMatch(new RegExp(`✗ 1 of 1 {2}${name}`));
  expect(text).toContain(said);
});

test("an aborted run has no results", async () => {
  const run = { folder: folder.slice(root.length + 1), files: [] };
  expect(await runTests(run, AbortSignal.abort())).toEqual([]);
});

test("no words select every package, and each name of a package selects it", () => {
  expect(selectRuns([]).map((run) => run.folder)).toEqual(listPackages());
  const web = [{ folder: "apps/web", files: [] }];
  for (const word of ["web", "apps/web", "apps/web/", "@cruddur/web"]) {
    expect(selectRuns([word])).toEqual(web);
  }
});

test("files run in their package, and a selected package includes its files", () => {
  const file = "apps/web/tests/touch.test.ts";
  expect(selectRuns([file, "packages/contract"])).toEqual([
    { folder: "apps/web", files: ["tests/touch.test.ts"] },
    { folder: "packages/contract", files: [] },
  ]);
  expect(selectRuns(["tests/touch.test.ts"], join(root, "apps/web"))).toEqual([
    { folder: "apps/web", files: ["tests/touch.test.ts"] },
  ]);
  expect(selectRuns([file, "web"])).toEqual([{ folder: "apps/web", files: [] }]);
  expect(selectRuns(["web", file])).toEqual([{ folder: "apps/web", files: [] }]);
});

test.for([
  [["--times", "0"], /--times.*Not a whole number/],
  [["no-such-package"], /no-such-package is neither a package nor a test file of one/],
] as const)("test:repeat %j fails with one line and exit code 1", async ([args, line]) => {
  const program = join(root, "scripts/test-repeat.ts");
  const child = await startChild(process.execPath, ["--import", "tsx", program, ...args]);
  expect((await child.exited).code).toBe(1);
  expect(child.output()).toMatch(line);
  expect(child.output().split("\n")).toHaveLength(1);
});
