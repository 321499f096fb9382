import { mergeConfig } from "vitest/config";
// @boundaries-ignore every package shares the root's test configuration
import shared from "../../vitest.shared.ts";

export default mergeConfig(shared, { test: { globalSetup: ["tests/engine.ts"] } });
