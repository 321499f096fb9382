import { expect, it } from "vitest";
import { readAppearance } from "./stored-appearance.ts";

it.each([
  [null, { theme: "system", textSize: "normal" }],
  ["not JSON", { theme: "system", textSize: "normal" }],
  ["null", { theme: "system", textSize: "normal" }],
  ['{"theme":"dark"}', { theme: "dark", textSize: "normal" }],
  ['{"theme":"sepia","textSize":"large"}', { theme: "system", textSize: "large" }],
])("takes the known values of a stored appearance: %s", (stored, expected) => {
  expect(readAppearance(stored)).toEqual(expected);
});
