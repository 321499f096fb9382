import { join } from "node:path";
import { defineConfig, mergeConfig } from "vitest/config";
// @boundaries-ignore every package shares the root's test configuration
import shared from "../../vitest.shared.ts";
import { TARGETS } from "./targets.ts";

/** Stryker runs this configuration in a copy of the repository; the variable names what is mutated. */
const { folder = "", tests = [] } = TARGETS[process.env.MUTANTS_OF ?? ""] ?? {};
const root = join(import.meta.dirname, "../..", folder);

// Not `mergeConfig` for the tests, since it would add to the shared list.
const { include: _, ...test } = shared.test ?? {};
export default mergeConfig(
  { test },
  defineConfig({
    root,
    test: {
      include: [...tests],
      globalSetup: folder === "apps/server" ? ["tests/support/engines.ts"] : [],
    },
  }),
);
