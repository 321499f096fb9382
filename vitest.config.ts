import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import web from "./apps/web/vitest.config.ts";

// Vitest ignores projects within a project, so the web app's are named here one by one.
const { projects: webProjects = [], ...webTest } = web.test ?? {};

/** Runs any test file from the root, and all of them for `pnpm coverage`; each package keeps its own configuration. */
export default defineConfig({
  test: {
    projects: [
      "apps/{cli,server}",
      "packages/*",
      "infra",
      "benchmarks",
      "reliability-tests",
      "scripts",
      ...(webProjects as TestProjectInlineConfiguration[]).map(({ test }) => ({
        root: "apps/web",
        test: { ...webTest, ...test },
      })),
    ],
    maxWorkers: 2,
    coverage: {
      provider: "v8",
      include: ["{apps,packages}/*/src/**/*.{ts,tsx}", "infra/src/**/*.ts"],
      reporter: ["text-summary", "html", "lcov", "json-summary"],
      reportsDirectory: "test-results/coverage",
    },
  },
});
