import { expect, test } from "vitest";
import { z } from "zod";
import { describeBadVariables, httpUrl, port, wholeNumber } from "./env.ts";

test.each([
  ["2", true],
  ["5", true],
  ["1", false],
  ["6", false],
  ["2.5", false],
  ["x", false],
])("of the whole numbers from 2 to 5, %s is one: %s", (value, expected) => {
  const result = wholeNumber(2, 5, "must be 2 to 5").safeParse(value);
  expect(result.success).toBe(expected);
  if (!expected)
    expect(result.error?.issues.map(({ message }) => message)).toContain("must be 2 to 5");
});

test("a port is 0 to 65535, and anything else is refused with these words", () => {
  expect([port.parse("0"), port.parse("65535")]).toEqual([0, 65_535]);
  expect(port.safeParse("65536").error?.issues[0]?.message).toBe("must be a port, 0 to 65535");
});

test.each(["ftp://example.com", "xhttp://example.com", "httpsx://example.com", "example.com"])(
  "%s is no http(s) URL",
  (value) => {
    expect(httpUrl.safeParse(value).error?.issues[0]?.message).toBe("must be an http(s) URL");
  },
);

test.each(["http://localhost:3000", "https://example.com"])("%s is an http(s) URL", (value) => {
  expect(httpUrl.parse(value)).toBe(value);
});

test("one line names every wrong variable", () => {
  const { error } = z.object({ PORT: port, URL: httpUrl }).safeParse({ PORT: "-1", URL: "x" });
  expect(describeBadVariables(error ?? new z.ZodError([]))).toBe(
    "bad configuration: PORT must be a port, 0 to 65535; URL must be an http(s) URL",
  );
});
