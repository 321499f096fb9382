// `pnpm test`: every package's tests through turbo, then `pnpm check`, then one line that adds all up.
// A package without a report, a file that didn't load and a failed task each count as a failure,
// so that a crash can't look like a pass.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { listPackages, root } from "./workspace.mjs";

if (process.argv.includes("--help")) {
  console.log("Usage: pnpm test [turbo options, e.g. --filter=@cruddur/ddb]");
  process.exit(0);
}

const packages = listPackages();
const report = (folder) => join(root, folder, "test-results", "report.json");
for (const folder of packages) rmSync(report(folder), { force: true });

const options = process.argv.slice(2);
const turbo = spawnSync(
  "turbo",
  ["run", "test", "--continue=always", "--concurrency=2", "--output-logs=new-only", ...options],
  { cwd: root, stdio: "inherit", env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" } },
);

let passed = 0;
let failed = 0;
let skipped = 0;
/** What failed, told again at the end: a long log is often kept only from there. */
const failures = [];
for (const folder of packages) {
  if (!existsSync(report(folder))) {
    // With a filter, packages outside it have no report and owe none.
    if (options.length === 0) {
      failures.push(`${folder}: no test report`);
      failed += 1;
    }
    continue;
  }
  const result = JSON.parse(readFileSync(report(folder), "utf8"));
  passed += result.numPassedTests;
  failed += result.numFailedTests;
  skipped += result.numPendingTests + result.numTodoTests;
  for (const file of result.testResults) {
    const broken = file.assertionResults.filter((test) => test.status === "failed");
    for (const test of broken) {
      failures.push(`${file.name}: ${test.fullName}\n${test.failureMessages.join("\n")}`);
    }
    if (file.status === "failed" && broken.length === 0) {
      failures.push(`${file.name}: ${file.message || "did not load"}`);
      failed += 1;
    }
  }
}
if (turbo.status !== 0 && failed === 0) {
  failures.push(`turbo: ${turbo.error?.message ?? `exit ${turbo.status}`}`);
  failed += 1;
}
if (options.length === 0) {
  const check = spawnSync(process.execPath, ["scripts/check.mjs"], { cwd: root, stdio: "inherit" });
  if (check.status === 0) passed += 1;
  else {
    failures.push(`check: exit ${check.status}`);
    failed += 1;
  }
}
for (const failure of failures) console.error(`\nFAILED ${failure}`);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
