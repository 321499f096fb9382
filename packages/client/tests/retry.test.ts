import { describe, expect, test, vi } from "vitest";
import { CruddurError, errorFromBody } from "../src/errors.ts";
import { pause, retryDelayMs, withRetries } from "../src/retry.ts";

describe("delays", () => {
  test("grow exponentially up to a cap, with full jitter", () => {
    expect([1, 2, 3, 20].map((tries) => retryDelayMs(tries, null, () => 1))).toEqual([
      1_000, 2_000, 4_000, 30_000,
    ]);
    expect(retryDelayMs(5, null, () => 0)).toBe(100);
  });

  test("are never shorter than what the server asked for", () => {
    expect(retryDelayMs(1, 7_000, () => 0)).toBeGreaterThanOrEqual(7_000);
  });

  test("are kept though a server asks for years, or for none", async () => {
    vi.useFakeTimers();
    const over: string[] = [];
    void pause(1e12).then(() => over.push("years"));
    void pause(0).then(() => over.push("none"));
    await vi.advanceTimersByTimeAsync(99);
    expect(over).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(over).toEqual(["none"]);
    vi.useRealTimers();
  });
});

test("retries end after the last attempt, with its error", async () => {
  let calls = 0;
  const failing = withRetries(
    async () => {
      calls += 1;
      throw new CruddurError("unavailable");
    },
    { maxAttempts: 2 },
  );
  await expect(failing).rejects.toMatchObject({ code: "unavailable" });
  expect(calls).toBe(2);
});

test("responses of something in front of the server are read by their status", () => {
  const codes = [401, 404, 418, 429, 502].map(
    (status) => errorFromBody(undefined, { status }).code,
  );
  expect(codes).toEqual([
    "unauthenticated",
    "not_found",
    "internal_error",
    "rate_limited",
    "unavailable",
  ]);
  expect(errorFromBody(undefined, { status: 429, retryAfter: "9" }).retryAfterSeconds).toBe(9);
});
