import { isEmoji } from "@cruddur/contract/text";
import { expect, it } from "vitest";
import { EMOJI_BY_KIND } from "../../actions/emoji.ts";
import { EMOJI_BY_SHORTCODE } from "../../actions/emoji-names.ts";
import { findShortcodeQuery, finishShortcode, matchShortcodes } from "./shortcodes.ts";

it.each([
  [":ta", { start: 0, end: 3, typed: "ta" }],
  ["Well done :ta", { start: 10, end: 13, typed: "ta" }],
  ["(:+1", { start: 1, end: 4, typed: "+1" }],
  [":tada:", { start: 0, end: 6, typed: "tada:" }],
])("offers emoji after %j", (text, query) => {
  expect(findShortcodeQuery(text, text.length)).toEqual(query);
});

it.each(["", ":", ":D", "at 10:30", "10:30:45", "https://", "a:b", "::ta", ":ta da", "note:ta"])(
  "offers nothing after %j",
  (text) => expect(findShortcodeQuery(text, text.length)).toBeNull(),
);

it("finds emoji by the beginning of a word of their shortcode, the nearest first", () => {
  const names = (typed: string) => matchShortcodes(EMOJI_BY_SHORTCODE, typed).map(([name]) => name);
  expect(names("thumbs")).toEqual(["thumbs_up", "thumbs_down"]);
  expect(names("heart")[0]).toBe("heart");
  expect(names("clock")).toEqual(["alarm_clock"]);
  expect(names("xyz")).toEqual([]);
});

it("replaces a whole shortcode with both of its colons, and keeps an unknown one as it was typed", () => {
  expect(finishShortcode(EMOJI_BY_SHORTCODE, "tada:")).toBe("🎉");
  expect(finishShortcode(EMOJI_BY_SHORTCODE, "tada")).toBeNull();
  expect(finishShortcode(EMOJI_BY_SHORTCODE, "nothing:")).toBeNull();
});

it("has a shortcode for every emoji of the picker, and only emoji", () => {
  const named = new Set(EMOJI_BY_SHORTCODE.values());
  expect(EMOJI_BY_KIND.flatMap(([, emoji]) => emoji).filter((each) => !named.has(each))).toEqual(
    [],
  );
  expect([...named].filter((each) => !isEmoji(each))).toEqual([]);
});
