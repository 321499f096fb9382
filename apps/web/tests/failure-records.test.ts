import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { record } from "./failure-records.ts";
import { useBrowser } from "./support.ts";

const browser = useBrowser();

test("a failure leaves a screenshot of every page, and a trace when tracing is on", async () => {
  const directory = await mkdtemp(join(tmpdir(), "cruddur-records-"));
  const page = await browser.open();
  await page.goto("/sign-in");
  await page.context().newPage();
  const isTracing = Boolean(process.env.TRACE_TESTS);
  if (!isTracing) await page.context().tracing.start({ screenshots: true, snapshots: true });
  await record(page.context(), join(directory, "failed"), { isTracing: true });
  expect((await readdir(directory)).sort()).toEqual([
    "failed-page-1.png",
    "failed-page-2.png",
    "failed.zip",
  ]);
  await rm(directory, { recursive: true, force: true });
});
