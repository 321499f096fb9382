import { CruddurError } from "@cruddur/client/errors";
import { APP_CODES } from "@cruddur/contract/errors";
import { TRPCClientError } from "@trpc/client";
import { describe, expect, it } from "vitest";
import {
  describeError,
  failureCode,
  isRetryable,
  isUnauthenticated,
  retryAfterMs,
} from "./errors.ts";

const fromServer = (data: object) =>
  TRPCClientError.from({ error: { code: -32_600, message: "secret detail", data } });

describe("failures in words", () => {
  it.each(APP_CODES)("%s has a sentence that shows no code", (code) => {
    const words = describeError(new CruddurError(code));
    expect(words).toMatch(/^[A-Z].+\.$/);
    expect(words).not.toContain("_");
  });

  it("nothing of the error's own text reaches the person", () => {
    expect(describeError(fromServer({ app_code: "not_a_member" }))).not.toContain("secret");
    expect(describeError(new Error("secret detail"))).not.toContain("secret");
  });
});

it("the code travels typed from the wire", () => {
  expect(failureCode(fromServer({ app_code: "message_blank" }))).toBe("message_blank");
  expect(failureCode(fromServer({ app_code: "not_one_of_ours" }))).toBe("internal_error");
});

it("a call without an answer is the network's fault, and worth trying again", () => {
  const error = TRPCClientError.from(new TypeError("Failed to fetch"));
  expect(failureCode(error)).toBe("network");
  expect(isRetryable(error)).toBe(true);
});

it("what the person must change is never retried", () => {
  expect(isRetryable(new CruddurError("message_exceed_max_chars"))).toBe(false);
  expect(isRetryable(new CruddurError("unauthenticated"))).toBe(false);
  expect(isUnauthenticated(new CruddurError("token_expired"))).toBe(true);
});

it("the server's waiting time is honoured", () => {
  expect(retryAfterMs(fromServer({ app_code: "rate_limited", retry_after_seconds: 3 }))).toBe(
    3_000,
  );
  expect(retryAfterMs(new CruddurError("unavailable"))).toBeNull();
});
