import { defineConfig } from "vitest/config";
// @boundaries-ignore every package shares the root's test configuration
import shared from "../../vitest.shared.ts";

const { include: _, ...test } = shared.test ?? {};

/** Unit tests need no other process. Browser tests share one running stack. */
export default defineConfig({
  test: {
    ...test,
    // Files load modules of their own: they have not been tried in other orders in one worker.
    isolate: true,
    projects: [
      { extends: true, test: { name: "unit", include: ["src/**/*.test.{ts,tsx}"] } },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["tests/**/*.test.ts"],
          // They need browsers that npm does not bring: `pnpm test:browsers` runs them.
          exclude: ["tests/other-browsers/**"],
          globalSetup: ["./tests/global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: { poll: { timeout: 45_000 } },
        },
      },
    ],
  },
});
