import { defineConfig } from "vitest/config";

/** One configuration for every package; the JSON report is what `pnpm test` adds up. */
export default defineConfig({
  test: {
    include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
    reporters: ["default", ["json", { outputFile: "test-results/report.json" }]],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
