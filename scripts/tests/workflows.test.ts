import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { TARGETS } from "../mutants/targets.ts";
import { root } from "../workspace.mjs";

interface Workflow {
  concurrency?: unknown;
  permissions?: unknown;
  jobs: Record<string, Job>;
}

interface Job {
  "timeout-minutes"?: number;
  strategy?: { matrix: Record<string, unknown> };
  steps: { uses?: string; run?: string }[];
}

const folder = join(root, ".github/workflows");
const workflows = readdirSync(folder).map((name) => {
  const workflow: Workflow = parse(readFileSync(join(folder, name), "utf8"));
  return [name, workflow] as const;
});

test.for(workflows)(
  "%s declares its permissions and concurrency, and has time limits",
  ([, workflow]) => {
    expect(workflow.permissions).toBeDefined();
    expect(workflow.concurrency).toBeDefined();
    for (const job of Object.values(workflow.jobs)) {
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(60);
    }
  },
);

test.for(workflows)("%s runs only scripts and packages that exist", ([, workflow]) => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const lines = Object.values(workflow.jobs)
    .flatMap((job) => job.steps.map(({ run = "" }) => run))
    .join("\n");
  const builtIn = ["install", "exec"];
  for (const [, name = ""] of lines.matchAll(/\bpnpm(?:@10)? ([a-z][\w:-]*)/g)) {
    expect([...Object.keys(scripts), ...builtIn]).toContain(name);
  }
  for (const [, name = ""] of lines.matchAll(/--filter=!?@cruddur\/([\w-]+)/g)) {
    const homes = ["apps", "packages", "."].map((parent) => join(root, parent, name));
    expect(homes.some((home) => readdirSync(join(home, "..")).includes(name))).toBe(true);
  }
});

test("every target of pnpm mutants is judged each night", () => {
  const [, nightly] = workflows.find(([name]) => name === "nightly.yml") ?? [];
  expect(nightly?.jobs.mutants?.strategy?.matrix.target).toEqual(Object.keys(TARGETS));
});

test("the tests of every package run on every commit, also of those that one job leaves out", () => {
  const [, ci] = workflows.find(([name]) => name === "ci.yml") ?? [];
  const runs = Object.values(ci?.jobs ?? {})
    .flatMap(({ steps }) => steps.map(({ run = "" }) => run))
    .filter((run) => run.includes("pnpm test"));
  const named = (pattern: RegExp) =>
    new Set(runs.flatMap((run) => [...run.matchAll(pattern)].map(([, name]) => name)));
  const leftOut = named(/--filter=!(@cruddur\/[\w-]+)/g);
  expect(leftOut.size).toBeGreaterThan(0);
  for (const name of leftOut) expect(named(/--filter=(@cruddur\/[\w-]+)/g)).toContain(name);
});
