import { expect, it } from "vitest";
import { findKnownPeople } from "./use-people-search.ts";

const person = (display_name: string, handle: string) => ({ uuid: handle, display_name, handle });
const KNOWN = [
  person("Ana Álvarez", "ana"),
  person("Ben Brook", "brook.ben"),
  person("山田太郎", "yamada"),
];

it.each([
  ["ana", ["ana"]],
  ["álv", ["ana"]],
  ["Ben Br", ["brook.ben"]],
  ["BROOK", ["brook.ben"]],
  ["山", ["yamada"]],
  ["rook", []],
])("finds known people by the start of a word or of the handle: %s", (text, handles) => {
  expect(findKnownPeople(KNOWN, text).map(({ handle }) => handle)).toEqual(handles);
});
