// `pnpm check`: all that must hold beside the tests. Runs every step, then says which failed.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const steps = [
  ["lint and format", "biome", ["check", "."]],
  ["types", "turbo", ["run", "typecheck", "--output-logs=errors-only"]],
  ["generated docs", process.execPath, ["--import", "tsx", "scripts/generate-docs.ts", "--check"]],
  ["dependencies", process.execPath, ["scripts/check-dependencies.mjs"]],
  ["web build", "turbo", ["run", "build", "--filter=@cruddur/web", "--output-logs=errors-only"]],
];

if (process.argv.includes("--help")) {
  console.log(`Usage: pnpm check\n${steps.map(([name]) => `  ${name}`).join("\n")}`);
  process.exit(0);
}

const failed = [];
for (const [name, command, args] of steps) {
  console.log(`\n> ${name}`);
  const { status } = spawnSync(command, args, {
    cwd: join(import.meta.dirname, ".."),
    stdio: "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
  if (status !== 0) failed.push(name);
}
console.log(failed.length === 0 ? "\ncheck: all good" : `\ncheck failed: ${failed.join(", ")}`);
process.exit(failed.length === 0 ? 0 : 1);
