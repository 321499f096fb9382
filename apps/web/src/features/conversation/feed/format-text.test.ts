import { expect, it } from "vitest";
import { splitCode, splitEmphasis, type TextPart } from "./format-text.ts";

const shown = (parts: TextPart[]) =>
  parts.map(({ kind, text }) => (kind === "text" ? text : `${kind}(${text})`)).join("");

it.each([
  ["a `b c` d", "a code(`b c`) d"],
  ["```\nlet a = `x`\n```", "```\nlet a = code(`x`)\n```"],
  ["see ```\nlet *a*\n``` there", "see block(```\nlet *a*\n```) there"],
  ["one ` alone", "one ` alone"],
  ["`not\nover lines`", "`not\nover lines`"],
])("finds code in %j", (text, expected) => {
  expect(shown(splitCode(text))).toBe(expected);
});

it.each([
  ["*bold* and _italic_", "bold(*bold*) and italic(_italic_)"],
  ["(*two words*).", "(bold(*two words*))."],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["2*3*4", "2*3*4"],
  ["snake_case_name", "snake_case_name"],
  ["* a\n* b", "* a\n* b"],
  ["**", "**"],
  ["*größe*", "bold(*größe*)"],
])("finds marked words in %j, and leaves arithmetic, names and lists alone", (text, expected) => {
  expect(shown(splitEmphasis(text))).toBe(expected);
});

it("keeps every character, whatever the text", () => {
  for (const text of ["", "*a _b_ c*", "`a` *b* ```c``` _d_", "``````", "*_*_`*`"]) {
    for (const split of [splitCode, splitEmphasis]) {
      expect(
        split(text)
          .map((part) => part.text)
          .join(""),
      ).toBe(text);
    }
  }
});
