import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { noteNodeVersion } from "./node-version.ts";

const stderr = vi.spyOn(process.stderr, "write");
beforeEach(() => void stderr.mockReset().mockReturnValue(true));
afterEach(() => vi.unstubAllEnvs());

const SAID = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

test("on Node 20 one line in a terminal stands in for the AWS SDK's warning", () => {
  const env: Record<string, string | undefined> = {};
  noteNodeVersion(env, { version: "v20.19.6", isTerminal: true });
  expect(env[SAID]).toBe("true");
  expect(stderr.mock.calls).toEqual([
    [expect.stringMatching(/^Node 20\.19\.6 .*use Node 24\.\n$/)],
  ]);
});

test("where programs read stderr nothing is added to it", () => {
  noteNodeVersion({}, { version: "v20.19.6", isTerminal: false });
  expect(stderr).not.toHaveBeenCalled();
});

test.each(["v22.12.0", "v24.0.0", "v26.10.0"])("on Node %s there is nothing to say", (version) => {
  const env = {};
  noteNodeVersion(env, { version, isTerminal: true });
  expect(env).toEqual({});
  expect(stderr).not.toHaveBeenCalled();
});
