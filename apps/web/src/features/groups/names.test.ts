import { describe, expect, it } from "vitest";
import { firstNames, joinNames, titleOf } from "./names.ts";

const people = (...names: string[]) =>
  names.map((display_name) => ({ uuid: display_name, handle: display_name, display_name }));

describe("joinNames", () => {
  it.each([
    [["Andrew"], 1, "Andrew"],
    [["Andrew", "Mira"], 2, "Andrew and Mira"],
    [["Andrew", "Mira", "Londo"], 3, "Andrew, Mira and Londo"],
    [["Andrew", "Mira", "Londo"], 4, "Andrew, Mira and 2 others"],
    [["Andrew", "Mira", "Londo"], 5, "Andrew, Mira and 3 others"],
    [["Andrew"], 2, "Andrew and 1 other"],
    [[], 0, ""],
  ])("joins %j of %i as %j", (names, count, text) => {
    expect(joinNames(names, count)).toBe(text);
  });
});

it("shortens names to the first word, unless two people share it", () => {
  expect(firstNames(people("Andrew Brown", "Mira Okafor"))).toEqual(["Andrew", "Mira"]);
  expect(firstNames(people("Andrew Brown", "Andrew Bayko", "Mira"))).toEqual([
    "Andrew Brown",
    "Andrew Bayko",
    "Mira",
  ]);
});

describe("titleOf", () => {
  const group = {
    kind: "group" as const,
    display_name: "",
    name: null,
    some_members: people("Andrew Brown", "Mira Okafor", "Londo Mollari"),
    member_count: 6,
  };

  it("is the other person's name in a conversation of two", () => {
    expect(titleOf({ ...group, kind: "pair", display_name: "Mira Okafor" })).toBe("Mira Okafor");
  });

  it("is the group's name, or else names the other members", () => {
    expect(titleOf({ ...group, name: "Hiking" })).toBe("Hiking");
    expect(titleOf(group)).toBe("Andrew, Mira and 3 others");
    expect(titleOf({ ...group, member_count: 4 })).toBe("Andrew, Mira and Londo");
  });

  it("says so when nobody else is left", () => {
    expect(titleOf({ ...group, some_members: [], member_count: 1 })).toBe("Only you");
  });
});
