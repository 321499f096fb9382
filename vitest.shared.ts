import { defineConfig } from "vitest/config";

/** One configuration for every package; the JSON report is what `pnpm test` adds up. */
export default defineConfig({
  test: {
    include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
    reporters: ["default", ["json", { outputFile: "test-results/report.json" }]],
    // Generous, for tests never measure time: a slow machine must not look like a fault.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
    // The files of a worker share the modules that they load, since loading them took much of the time. So a
    // file must leave nothing behind that another one notices: `--sequence.shuffle.files` shows it.
    isolate: false,
    unstubGlobals: true,
    unstubEnvs: true,
  },
});
