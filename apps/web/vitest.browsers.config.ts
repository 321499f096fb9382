import { defineConfig } from "vitest/config";
// @boundaries-ignore every package shares the root's test configuration
import shared from "../../vitest.shared.ts";

/** What `pnpm test:browsers` runs: the tests in the browsers that this machine has besides Chromium. */
export default defineConfig({
  test: {
    ...shared.test,
    reporters: ["verbose"],
    root: import.meta.dirname,
    include: ["tests/other-browsers/**/*.test.ts"],
    globalSetup: ["./tests/global-setup.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 45_000 } },
  },
});
