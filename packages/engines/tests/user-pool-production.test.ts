import { afterEach, expect, test, vi } from "vitest";
import { startUserPool } from "../src/user-pool.ts";

afterEach(() => vi.unstubAllEnvs());

test("the local user pool refuses to run in production", async () => {
  vi.stubEnv("NODE_ENV", "production");
  await expect(startUserPool()).rejects.toThrow("refuses to run with NODE_ENV=production");
});
