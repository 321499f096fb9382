import { expect, test } from "vitest";
import { findLinks } from "./message-text.tsx";

test.each([
  "ftp://example.com/file",
  "mailto:someone@example.com",
  "someone@example.com",
  "javascript:alert(1)",
  "data:text/html,x",
  "//example.com",
  "readme.md",
  "127.0.0.1",
])("what is not a complete http(s) address is no link: %s", (text) => {
  expect(findLinks(`see ${text} now`)).toEqual([]);
});

test("links are the http(s) addresses of a text, at their places and without what follows them", () => {
  const text = "see http://example.com, or (https://example.com/a?b=1#c).";
  expect(findLinks(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    "http://example.com",
    "https://example.com/a?b=1#c",
  ]);
  expect(findLinks(text).map(({ href }) => href)).toEqual([
    "http://example.com/",
    "https://example.com/a?b=1#c",
  ]);
});
