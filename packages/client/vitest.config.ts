import { defineConfig } from "vitest/config";
// @boundaries-ignore every package shares the root's test configuration
import shared from "../../vitest.shared.ts";

/** The tests share one running local stack and its demo people, so that files run one after another. */
export default defineConfig({
  test: {
    ...shared.test,
    fileParallelism: false,
    globalSetup: ["./tests/global-setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
