// `pnpm coverage`: builds the product, which some tests run, then measures the coverage of all tests together.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root, runTool } from "./workspace.mjs";

const options = process.argv.slice(2);
if (options.includes("--help")) {
  console.log(
    "Usage: pnpm coverage [vitest options or test files]\n\nThe report is test-results/coverage/index.html.",
  );
  process.exit(0);
}

const build = runTool("turbo", ["run", "build", "--output-logs=errors-only"]);
if (build.status !== 0) process.exit(build.status ?? 1);
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const tests = spawnSync(process.execPath, [vitest, "run", "--coverage", ...options], {
  cwd: root,
  stdio: "inherit",
});
process.exit(tests.status ?? 1);
