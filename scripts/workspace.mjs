import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..");
const require = createRequire(join(root, "package.json"));

/** Every package folder of the workspace, relative to the root (`fs.globSync` is not in Node 20). */
export function listPackages() {
  const nested = ["apps", "packages"].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => `${parent}/${name}`),
  );
  return [...nested, "infra", "benchmarks", "reliability-tests", "scripts"].filter((folder) =>
    existsSync(join(root, folder, "package.json")),
  );
}

/** The JavaScript files of the tools, since Windows runs only programs without a shell. */
const TOOLS = { turbo: "turbo/bin/turbo", biome: "@biomejs/biome/bin/biome" };

/**
 * Runs one of the workspace's tools with this Node and this terminal.
 * @param {keyof typeof TOOLS} name
 * @param {readonly string[]} args
 */
export function runTool(name, args) {
  return spawnSync(process.execPath, [require.resolve(TOOLS[name]), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
  });
}

/**
 * Runs the pnpm that started this process, otherwise the one on the PATH, and returns its output.
 * @param {readonly string[]} args words without special characters, since a shell may parse them on Windows
 */
export function runPnpm(args) {
  const running = process.env.npm_execpath ?? "";
  const isPnpm = /pnpm\.[cm]?js$/.test(running);
  const [command, before] = isPnpm ? [process.execPath, [running]] : ["pnpm", []];
  return spawnSync(command, [...before, ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: !isPnpm && process.platform === "win32",
  });
}
