import { expect, test } from "vitest";
import { parseConversation } from "./conversation-file.ts";

const parse = (text: string) => parseConversation(Buffer.from(text));

test("a file may have a byte order mark, either kind of line end and no last one", () => {
  const lines = [
    { person: 1, message: "hello" },
    { person: 2, message: "é 👩‍👩‍👧‍👦 नमस्ते" },
  ];
  expect(parse("\ufeffPerson 1: hello\r\nPerson 2: é 👩‍👩‍👧‍👦 नमस्ते")).toEqual(lines);
  expect(parse("Person 1:  hello \nPerson 2: é 👩‍👩‍👧‍👦 नमस्ते\n")).toEqual(lines);
});

test.each([
  ["Person 3: b", 'expected "Person 1: …" or "Person 2: …"'],
  ["Person 1:b", 'expected "Person 1: …" or "Person 2: …"'],
  ["", 'expected "Person 1: …" or "Person 2: …"'],
  ["Person 2:   ", "the message is empty"],
  [`Person 2: ${"x".repeat(1025)}`, "the message is longer than 1024 characters"],
  ["Person 2: a\0b", "the message contains a NUL character"],
  [`Person 2: a${"\u0301".repeat(9)}`, "a character has more than 8 combining marks"],
])("the line %j is refused in words that name its number", (line, problem) => {
  expect(() => parse(`Person 1: a\n${line}\nPerson 2: c`)).toThrow(
    `line 2: ${problem}; nothing was loaded`,
  );
});

test("eight combining marks are accepted", () => {
  expect(parse(`Person 1: a${"\u0301".repeat(8)}`)).toHaveLength(1);
});

test("bytes that are not UTF-8 are refused in words that name their line", () => {
  const file = Buffer.concat([Buffer.from("Person 1: a\nPerson 2: "), Buffer.from([0xff, 0x0a])]);
  expect(() => parseConversation(file)).toThrow("line 2: the text isn't valid UTF-8");
});
