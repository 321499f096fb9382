// `pnpm test`: every package's tests through turbo, then `pnpm check`, then one line that adds all up.
// A package without a report, a file that did not load and a failed task each count as a failure,
// so that a crash cannot look like a success.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { readReport } from "./test-report.mjs";
import { listPackages, root, runTool } from "./workspace.mjs";

if (process.argv.includes("--help")) {
  console.log("Usage: pnpm test [turbo options, e.g. --filter=@cruddur/ddb]");
  process.exit(0);
}

const packages = listPackages();
const reportOf = (folder) => join(root, folder, "test-results", "report.json");
for (const folder of packages) rmSync(reportOf(folder), { force: true });

const options = process.argv.slice(2);
const turbo = runTool("turbo", [
  ...["run", "test", "--continue=always", "--concurrency=2", "--output-logs=new-only"],
  ...options,
]);

let passed = 0;
let failed = 0;
let skipped = 0;
/** The failures, which are printed at the end, since only the end of a long log is often kept. */
const failures = [];
const fail = (failure) => {
  failures.push(failure);
  failed += 1;
};
for (const folder of packages) {
  const results = readReport(reportOf(folder));
  // With a filter, the packages outside it have no report.
  if (results === null && options.length === 0) fail(`${folder}: no test report`);
  for (const { file, name, status, message } of results ?? []) {
    if (status === "passed") passed += 1;
    else if (status === "skipped") skipped += 1;
    else fail(`${file}: ${name}\n${message}`);
  }
}
if (turbo.status !== 0 && failed === 0) {
  fail(`turbo: ${turbo.error?.message ?? `exit ${turbo.status}`}`);
}
if (options.length === 0) {
  const check = spawnSync(process.execPath, ["scripts/check.mjs"], { cwd: root, stdio: "inherit" });
  if (check.status === 0) passed += 1;
  else fail(`check: exit ${check.status}`);
}
for (const failure of failures) console.error(`\nFAILED ${failure}`);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
