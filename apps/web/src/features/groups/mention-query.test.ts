import { describe, expect, it } from "vitest";
import { insertCompletion } from "../conversation/composer/completion/completion.ts";
import { findMentionQuery, matchPeople, mentionableMembers } from "./mention-query.ts";

const PEOPLE = [
  { uuid: "1", handle: "andrewbrown", display_name: "Andrew Brown" },
  { uuid: "2", handle: "bayko", display_name: "Andrew Bayko" },
  { uuid: "3", handle: "mira", display_name: "Mira Okafor" },
];

describe("findMentionQuery", () => {
  it.each([
    ["@", { start: 0, end: 1, typed: "" }],
    ["Hello @mi", { start: 6, end: 9, typed: "mi" }],
    ["(@mi", { start: 1, end: 4, typed: "mi" }],
    ["line\n@mi", { start: 5, end: 8, typed: "mi" }],
  ])("offers people after %j", (text, query) => {
    expect(findMentionQuery(text, text.length)).toEqual(query);
  });

  it.each(["", "mira", "me@mi", "@mira ", "@@", "https://x.example/@mi"])(
    "offers nobody after %j",
    (text) => {
      expect(findMentionQuery(text, text.length)).toBeNull();
    },
  );

  it("looks at the text before the caret only", () => {
    expect(findMentionQuery("@mira and @ba", 3)).toEqual({ start: 0, end: 3, typed: "mi" });
  });
});

it("finds people by the beginning of their handle or of a word of their name", () => {
  const handles = (typed: string) => matchPeople(PEOPLE, typed).map(({ handle }) => handle);
  expect(handles("an")).toEqual(["andrewbrown", "bayko"]);
  expect(handles("BAY")).toEqual(["bayko"]);
  expect(handles("okafor")).toEqual(["mira"]);
  expect(handles("")).toHaveLength(3);
  expect(handles("x")).toEqual([]);
});

it("offers neither the person themselves nor members whom they have blocked", () => {
  const offered = (hidden_senders: readonly string[]) =>
    mentionableMembers(PEOPLE, { user_uuid: "1", hidden_senders }).map(({ handle }) => handle);
  expect(offered([])).toEqual(["bayko", "mira"]);
  expect(offered(["3", "elsewhere"])).toEqual(["bayko"]);
});

it("puts the handle in place of what was typed, with one space after it", () => {
  const query = { start: 3, end: 6, typed: "mi" };
  expect(insertCompletion("Hi @mi", query, "@mira")).toEqual({ text: "Hi @mira ", caret: 9 });
  expect(insertCompletion("Hi @mi there", query, "@mira")).toEqual({
    text: "Hi @mira there",
    caret: 9,
  });
  expect(insertCompletion("Hi @mi!", query, "@mira")).toEqual({ text: "Hi @mira!", caret: 8 });
});
