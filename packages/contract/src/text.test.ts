import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EMOJI_MAX_BYTES } from "./limits.ts";
import { countBytes, countChars, isBlank, isEmoji, normalizeText, truncateText } from "./text.ts";

describe("counting", () => {
  it.each([
    ["an ASCII character", "x"],
    ["an emoji of two UTF-16 units", "\u{1f600}"],
    ["a family of seven code points", "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}"],
    ["a flag", "\u{1f1e9}\u{1f1ea}"],
    ["a base character and its accent", "e\u0301"],
  ])("counts 1,000 times %s as 1,000 characters", (_name, one) => {
    expect(countChars(one.repeat(1_000))).toBe(1_000);
  });
});

describe("a blank text", () => {
  it.each([
    "",
    " ",
    "\n\t",
    "\u200b\u200d",
    "\u00a0\u3000",
    "\u2800",
    "\u3164",
    "\ufeff",
    "\u0000",
  ])("has nothing visible: %j", (text) => expect(isBlank(text)).toBe(true));

  it.each([".", "\u{1f600}", " x ", "\u0661"])("isn't one with something visible: %j", (text) => {
    expect(isBlank(text)).toBe(false);
  });
});

describe("any text", () => {
  const text = fc.string({ unit: "binary", maxLength: 300 });

  it("is stored well-formed, and normalising it again changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((n) => String.fromCharCode(n)) }), (any) => {
        const stored = normalizeText(any);
        expect(Buffer.from(stored).toString()).toBe(stored);
        expect(stored).not.toContain("\r");
        expect(normalizeText(stored)).toBe(stored);
      }),
    );
  });

  it("is cut between two characters, within both limits and no shorter than necessary", () => {
    fc.assert(
      fc.property(text, fc.nat(40), fc.nat(120), (whole, chars, bytes) => {
        const cut = truncateText(whole, { chars, bytes });
        expect(whole.startsWith(cut)).toBe(true);
        expect(countBytes(cut)).toBeLessThanOrEqual(bytes);
        expect(countChars(cut)).toBeLessThanOrEqual(chars);
        expect(truncateText(whole, { chars: countChars(whole), bytes: countBytes(whole) })).toBe(
          whole,
        );
      }),
    );
  });
});

describe("an emoji", () => {
  it("has at most 64 bytes", () => {
    const flagOf = (letters: number) => `\u{1f3f4}${"\u{e0067}".repeat(letters)}\u{e007f}`;
    expect(Buffer.byteLength(flagOf(14))).toBe(EMOJI_MAX_BYTES);
    expect([isEmoji(flagOf(14)), isEmoji(flagOf(15))]).toEqual([true, false]);
  });

  it.each(["👍", "❤️", "👍🏽", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"])(
    "is one that is shown as one character: %s",
    (text) => expect(isEmoji(text)).toBe(true),
  );

  it.each([
    "",
    "a",
    "1",
    "👍👍",
    "👍a",
    "<b>",
    " 👍",
    "\u200d",
    `\u{1f469}${"\u200d\u{1f469}".repeat(30)}`,
  ])("isn't any other text: %j", (text) => expect(isEmoji(text)).toBe(false));
});
