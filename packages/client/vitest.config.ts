import { defineConfig } from "vitest/config";
// @boundaries-ignore every package shares the root's test configuration
import shared from "../../vitest.shared.ts";

/** The tests share one running local stack. */
export default defineConfig({
  test: {
    ...shared.test,
    globalSetup: ["./tests/global-setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
