import { defineConfig } from "vitest/config";

/** Runs any test file from the root, and all of them for `pnpm coverage`; each package keeps its own configuration. */
export default defineConfig({
  test: {
    projects: ["apps/*", "packages/*", "infra", "benchmarks", "reliability-tests", "scripts"],
    maxWorkers: 2,
    coverage: {
      provider: "v8",
      include: ["{apps,packages}/*/src/**/*.{ts,tsx}", "infra/src/**/*.ts"],
      reporter: ["text-summary", "html", "lcov", "json-summary"],
      reportsDirectory: "test-results/coverage",
    },
  },
});
