// `pnpm check`: every check that is not a test. Runs all steps, then names those that failed.
import { spawnSync } from "node:child_process";
import { root, runTool } from "./workspace.mjs";

const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
const steps = [
  ["lint and format", () => runTool("biome", ["check", "."])],
  // Who may depend on whom: the layers in turbo.json, the dependencies in each package.json.
  ["package boundaries", () => runTool("turbo", ["boundaries"])],
  ["types", () => runTool("turbo", ["run", "typecheck", "--output-logs=errors-only"])],
  ["generated docs", () => node("--import", "tsx", "scripts/generate-docs.ts", "--check")],
  ["documentation links", () => node("--import", "tsx", "scripts/check-docs.ts")],
  ["dependencies", () => node("scripts/check-dependencies.mjs")],
  [
    "web build",
    () => runTool("turbo", ["run", "build", "--filter=@cruddur/web", "--output-logs=errors-only"]),
  ],
];

if (process.argv.includes("--help")) {
  console.log(`Usage: pnpm check\n${steps.map(([name]) => `  ${name}`).join("\n")}`);
  process.exit(0);
}

const failed = [];
for (const [name, run] of steps) {
  console.log(`\n> ${name}`);
  if (run().status !== 0) failed.push(name);
}
console.log(
  failed.length === 0 ? "\ncheck: every step passed" : `\ncheck failed: ${failed.join(", ")}`,
);
process.exit(failed.length === 0 ? 0 : 1);
