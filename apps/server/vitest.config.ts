import { mergeConfig } from "vitest/config";
import shared from "../../vitest.shared.ts";

export default mergeConfig(shared, {
  test: { execArgv: ["--expose-gc"], globalSetup: ["tests/support/engines.ts"] },
});
