import { expect, test } from "vitest";
import { findNamesakes } from "./namesakes.ts";

const named = (display_name: string, user_uuid: string) => ({ user_uuid, display_name });

test("people whose names look the same are namesakes, and one person twice is none", () => {
  const people = [
    named("Mira", "1"),
    named("Londo", "2"),
    named(" mira", "3"),
    named("Londo", "2"),
    named("\uff2d\uff49\uff52\uff41", "4"),
  ];
  expect([...findNamesakes(people)].sort()).toEqual(["1", "3", "4"]);
});
