import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { startChild } from "@cruddur/engines/child";
import { readReport, type TestResult } from "../test-report.mjs";
import { root } from "../workspace.mjs";
import type { Run } from "./select-runs.ts";

/**
 * Runs a package's tests once. A run that crashes, or fails without a failed test, has a failed
 * result with the name "the run ends well", so that it cannot look like a success. Returns an empty
 * list when aborted.
 */
export async function runTests(run: Run, signal: AbortSignal): Promise<TestResult[]> {
  const folder = join(root, run.folder);
  // vitest.shared.ts sets this path.
  const report = join(folder, "test-results", "report.json");
  await rm(report, { force: true });
  const require = createRequire(join(folder, "package.json"));
  const vitest = join(dirname(require.resolve("vitest/package.json")), "vitest.mjs");
  const child = await startChild(process.execPath, [vitest, "run", ...run.files], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1" },
  });
  const abort = () => void child.stop("SIGINT");
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  const { code } = await child.exited;
  signal.removeEventListener("abort", abort);
  if (signal.aborted) return [];
  const results = readReport(report) ?? [];
  if (code === 0 && results.length > 0) return results;
  if (results.some(({ status }) => status === "failed")) return results;
  const message = `exit ${code}\n${child.output()}`;
  return [...results, { file: run.folder, name: "the run ends well", status: "failed", message }];
}
