import { expect, it } from "vitest";
import { findMentions } from "./mentions.ts";

const handlesIn = (text: string) => findMentions(text).map(({ handle }) => handle);

it.each([
  ["@bayko", ["bayko"]],
  ["ask @bayko, (@Londo) and @mira.w.", ["bayko", "Londo", "mira.w"]],
  ["@a and @a_b-c", ["a", "a_b-c"]],
  ["first\n@bayko: see", ["bayko"]],
  ["mail andrew@example.com or x@y", []],
  ["@", []],
  ["@@bayko", []],
  ["https://example.com/@bayko", []],
  [`@${"x".repeat(31)}`, []],
  ["@Zoë", []],
])("the handles that %j mentions are %j", (text, handles) => {
  expect(handlesIn(text)).toEqual(handles);
});

it("a mention says where it stands, so that the text can mark it", () => {
  const text = "hi @bayko!";
  const [mention] = findMentions(text);
  expect(text.slice(mention?.start, mention?.end)).toBe("@bayko");
});
