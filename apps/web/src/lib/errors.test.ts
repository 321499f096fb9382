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

describe("sentences for people", () => {
  it.each(APP_CODES)("%s has a sentence without the code", (code) => {
    const sentence = describeError(new CruddurError(code));
    expect(sentence).toMatch(/^[A-Z].+\.$/);
    expect(sentence).not.toContain("_");
  });

  it("never contain the text of the error itself", () => {
    expect(describeError(fromServer({ app_code: "not_a_member" }))).not.toContain("secret");
    expect(describeError(new Error("secret detail"))).not.toContain("secret");
  });
});

it("reads the error code of an answer", () => {
  expect(failureCode(fromServer({ app_code: "message_blank" }))).toBe("message_blank");
  expect(failureCode(fromServer({ app_code: "not_one_of_ours" }))).toBe("internal_error");
});

it("a call without an answer has the code network and can be retried", () => {
  const error = TRPCClientError.from(new TypeError("Failed to fetch"));
  expect(failureCode(error)).toBe("network");
  expect(isRetryable(error)).toBe(true);
});

it("does not retry a call that the person must change", () => {
  expect(isRetryable(new CruddurError("message_exceed_max_chars"))).toBe(false);
  expect(isRetryable(new CruddurError("unauthenticated"))).toBe(false);
  expect(isUnauthenticated(new CruddurError("token_expired"))).toBe(true);
});

it("reads how long the server asks to wait", () => {
  expect(retryAfterMs(fromServer({ app_code: "rate_limited", retry_after_seconds: 3 }))).toBe(
    3_000,
  );
  expect(retryAfterMs(new CruddurError("unavailable"))).toBeNull();
});
