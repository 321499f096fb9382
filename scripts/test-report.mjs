import { existsSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { root } from "./workspace.mjs";

/**
 * One test's result in a run of Vitest.
 * @typedef {object} TestResult
 * @property {string} file relative to the repository, with forward slashes
 * @property {string} name
 * @property {"passed" | "failed" | "skipped"} status
 * @property {string} message why it failed; empty otherwise
 */

/**
 * Reads a JSON report of Vitest. A test file that did not load is a failed result of its own, named
 * "the file loads". Returns null where there is no report, as after a crash.
 * @param {string} path
 * @returns {TestResult[] | null}
 */
export function readReport(path) {
  if (!existsSync(path)) return null;
  const report = JSON.parse(readFileSync(path, "utf8"));
  return report.testResults.flatMap((/** @type {any} */ { name, status, message, ...rest }) => {
    const file = relative(root, name).replaceAll("\\", "/");
    const results = rest.assertionResults.map((/** @type {any} */ test) => ({
      file,
      name: test.fullName,
      status: ["passed", "failed"].includes(test.status) ? test.status : "skipped",
      message: (test.failureMessages ?? []).join("\n"),
    }));
    const isExplained = results.some((/** @type {TestResult} */ test) => test.status === "failed");
    if (status !== "failed" || isExplained) return results;
    const broken = { file, name: "the file loads", status: "failed" };
    return [...results, { ...broken, message: message || "did not load" }];
  });
}
