import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countBytes, countChars, isBlank, normalizeText, truncateText } from "./text.ts";

const FAMILY = "👨‍👩‍👧‍👦";

describe("a message's length", () => {
  it.each([
    ["", 0],
    ["naïve", 5],
    ["e\u0301", 1],
    [FAMILY, 1],
    ["🇩🇪🇫🇷", 2],
    ["👍🏽", 1],
    ["नमस्ते", 3],
    ["👍".repeat(1000), 1000],
  ])("is counted as people count it: %j has %i", (text, chars) => {
    expect(countChars(text)).toBe(chars);
  });

  it("is bound in bytes as well, for one character can hold any number of them", () => {
    const zalgo = `e${"\u0301".repeat(5000)}`;
    expect(countChars(zalgo)).toBe(1);
    expect(countBytes(zalgo)).toBe(10_001);
  });
});

describe("a blank text", () => {
  it.each(["", "   ", "\n\t", "\u200b\u200d", "\u2800", "\u3164\uffa0", "\u202e", "\u{e0001}"])(
    "is one in which nothing can be seen: %j",
    (text) => {
      expect(isBlank(text)).toBe(true);
    },
  );

  it.each(["a", ".", "👍", "\u0301", "שלום", "𠮷"])("isn't one with a mark on it: %j", (text) => {
    expect(isBlank(text)).toBe(false);
  });
});

describe("the stored form of a text", () => {
  it("is the same however often it is taken", () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(units, (codeUnits) => {
        const text = String.fromCharCode(...codeUnits);
        const once = normalizeText(text);
        expect(normalizeText(once)).toBe(once);
      }),
    );
  });

  it("has no half of a surrogate pair, which the table couldn't give back", () => {
    expect(normalizeText("a\ud83d b")).toBe("a\ufffd b");
  });

  it("keeps line breaks inside and drops white space around", () => {
    expect(normalizeText("  one\r\ntwo\rthree \n")).toBe("one\ntwo\nthree");
  });
});

describe("a cut text", () => {
  it("keeps within both limits and never splits a character", () => {
    const any = fc.string({ unit: fc.constantFrom("a", "é", FAMILY, "e\u0301", "🇩🇪", "漢") });
    fc.assert(
      fc.property(any, fc.nat(40), fc.nat(80), (text, chars, bytes) => {
        const cut = truncateText(text, { chars, bytes });
        expect(text.startsWith(cut)).toBe(true);
        expect(countChars(cut)).toBeLessThanOrEqual(chars);
        expect(countBytes(cut)).toBeLessThanOrEqual(bytes);
        if (cut !== text) {
          const next = truncateText(text, { chars: countChars(cut) + 1, bytes: 1e9 });
          expect(countChars(next) > chars || countBytes(next) > bytes).toBe(true);
        }
      }),
    );
  });
});
