import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findDeadReferences } from "../docs/dead-references.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cruddur-docs-"));
  mkdirSync(join(root, "docs"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function check(text: string): string[] {
  writeFileSync(join(root, "docs/page.md"), text);
  return findDeadReferences({ root, documents: ["docs/page.md"], scripts: ["start"] });
}

test("a link to a file that does not exist is reported, and one that exists is not", () => {
  writeFileSync(join(root, "README.md"), "# Read me\n");
  expect(check('[a](../README.md) [b](gone.md) <img src="gone.png">')).toEqual([
    "docs/page.md: no such file: gone.md",
    "docs/page.md: no such file: gone.png",
  ]);
});

test("a link to a heading that does not exist is reported, on this page and on another", () => {
  writeFileSync(join(root, "README.md"), "## Who may import whom?\n");
  expect(
    check(
      "# Here\n[a](#here) [b](#there) [c](../README.md#who-may-import-whom) [d](../README.md#x)",
    ),
  ).toEqual([
    "docs/page.md: no such heading: #there",
    "docs/page.md: no such heading: ../README.md#x",
  ]);
});

test("a path of the repository in backticks must exist, unless a build creates it", () => {
  expect(
    check("`docs/page.md` `docs/gone.ts` `packages/x/dist/a.js` `MSG#a/b` `/healthz`"),
  ).toEqual(["docs/page.md: no such file: `docs/gone.ts`"]);
});

test("a command of the root must exist, also in a code block", () => {
  expect(check("`pnpm start`\n```sh\nnpx pnpm@10 stop\n```\n")).toEqual([
    "docs/page.md: no such command: pnpm stop",
  ]);
});
