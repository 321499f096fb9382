// `pnpm check`: all that must hold beside the tests. Runs every step, then says which failed.
import { spawnSync } from "node:child_process";
import { root, runTool } from "./workspace.mjs";

const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
const steps = [
  ["lint and format", () => runTool("biome", ["check", "."])],
  ["types", () => runTool("turbo", ["run", "typecheck", "--output-logs=errors-only"])],
  ["generated docs", () => node("--import", "tsx", "scripts/generate-docs.ts", "--check")],
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
console.log(failed.length === 0 ? "\ncheck: all good" : `\ncheck failed: ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
