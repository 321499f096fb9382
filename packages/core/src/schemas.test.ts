import { describe, expect, it } from "vitest";
import { APP_CODES, AppError, isAppCode } from "./errors.ts";
import {
  handleSchema,
  messageGroupUuidSchema,
  messagesCreateInput,
  messagesListInput,
} from "./schemas.ts";

const client_id = "0c5f1a52-5d1e-4f2b-9a53-6f0f6a4f9f11";
const draft = { client_id, handle: "bayko", message: "hello" };
const codesOf = (input: unknown): string[] =>
  messagesCreateInput.safeParse(input).error?.issues.map(({ message }) => message) ?? [];

describe("a draft is refused with its code when", () => {
  it.each([
    ["the message is missing", { ...draft, message: undefined }, "message_blank"],
    ["the message is no string", { ...draft, message: 42 }, "message_blank"],
    ["the message is blank", { ...draft, message: "" }, "message_blank"],
    ["the message is white space", { ...draft, message: " \n\u200b" }, "message_blank"],
    [
      "it has 1,025 characters",
      { ...draft, message: "x".repeat(1025) },
      "message_exceed_max_chars",
    ],
    ["it has 1,025 emoji", { ...draft, message: "👍".repeat(1025) }, "message_exceed_max_chars"],
    [
      "few characters have too many bytes",
      { ...draft, message: `e${"\u0301".repeat(20_000)}` },
      "message_exceed_max_bytes",
    ],
    ["nobody is named", { client_id, message: "hi" }, "user_receiver_handle_blank"],
    ["the handle is blank", { ...draft, handle: " " }, "user_receiver_handle_blank"],
    [
      "both a group and a person are named",
      { ...draft, message_group_uuid: client_id },
      "invalid_input",
    ],
    [
      "the group's uuid is blank",
      { client_id, message: "hi", message_group_uuid: "" },
      "message_group_uuid_blank",
    ],
    ["the client id is missing", { ...draft, client_id: undefined }, "client_id_blank"],
  ])("%s", (_, input, code) => {
    expect(codesOf(input)).toEqual([code]);
    expect(isAppCode(code)).toBe(true);
  });
});

describe("a draft is accepted", () => {
  it.each(["x".repeat(1024), "👍".repeat(1000), "👨‍👩‍👧‍👦".repeat(1024)])(
    "with up to 1,024 characters as people count them",
    (message) => {
      expect(messagesCreateInput.parse({ ...draft, message }).message).toBe(message);
    },
  );

  it("with the @ people write before a handle", () => {
    expect(handleSchema.parse(" @bayko ")).toBe("bayko");
  });
});

describe("lists", () => {
  it("take what react-query's infinite queries send as it comes", () => {
    const input = { message_group_uuid: client_id, cursor: "abc", direction: "forward", limit: 50 };
    expect(messagesListInput.parse(input)).toEqual(input);
  });

  it("have 20 items unless told otherwise, and at most 100", () => {
    expect(messagesListInput.parse({ message_group_uuid: client_id }).limit).toBe(20);
    expect(messagesListInput.safeParse({ message_group_uuid: client_id, limit: 101 }).success).toBe(
      false,
    );
  });
});

describe("codes", () => {
  it("are each named once, and an error shows nothing but its code", () => {
    expect(new Set(APP_CODES).size).toBe(APP_CODES.length);
    expect(new AppError("unavailable").message).toBe("unavailable");
  });

  it("tell a blank uuid from one that is none", () => {
    const codeOf = (uuid: string) =>
      messageGroupUuidSchema.safeParse(uuid).error?.issues[0]?.message;
    expect(codeOf("")).toBe("message_group_uuid_blank");
    expect(codeOf("nonsense")).toBe("invalid_input");
  });
});
