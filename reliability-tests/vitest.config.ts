import { mergeConfig } from "vitest/config";
// @boundaries-ignore every package shares the root's test configuration
import shared from "../vitest.shared.ts";

/** Files load modules of their own: they have not been tried in other orders in one worker. */
export default mergeConfig(shared, { test: { isolate: true } });
