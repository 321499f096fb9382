import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as accounts from "./accounts.ts";
import { isAppCode } from "./errors.ts";
import * as limits from "./limits.ts";
import * as liveEvents from "./live-events.ts";
import * as messageGroups from "./message-groups.ts";
import * as messageText from "./message-text.ts";
import * as messages from "./messages.ts";
import * as ownData from "./own-data.ts";
import * as passkeys from "./passkeys.ts";
import * as profiles from "./profiles.ts";
import * as push from "./push.ts";
import * as users from "./users.ts";

const schemas = {
  ...accounts,
  ...liveEvents,
  ...messageGroups,
  ...messageText,
  ...messages,
  ...ownData,
  ...passkeys,
  ...profiles,
  ...push,
  ...users,
};

const client_id = "a1b2c3d4-0000-4000-8000-00000000000a";

const codesOf = (schema: z.ZodType, value: unknown) => {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map(({ message }) => message);
};

const fieldsOf = (schema: z.ZodType): string[] => {
  const bare = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
};

describe("a message", () => {
  it.each([
    [undefined],
    [null],
    [5],
    [{}],
    [[]],
    [true],
    [""],
    [" \n"],
    ["\u200b"],
    ["\u{e0001}\ufe0f"],
  ])("that is missing, blank or not a string is `message_blank`: %j", (message) => {
    const input = { client_id, handle: "londo", message };
    expect(codesOf(schemas.messagesCreateInput, input)).toEqual(["message_blank"]);
  });

  it("is refused from 1,025 characters on, and by its bytes where one character has thousands", () => {
    const codes = (message: string) => codesOf(schemas.messageTextSchema, message);
    expect(codes("\u{1f600}".repeat(1_024))).toEqual([]);
    expect(codes("\u{1f600}".repeat(1_025))).toEqual(["message_exceed_max_chars"]);
    expect(codes(`a${"\u0301".repeat(16_384)}`)).toEqual(["message_exceed_max_bytes"]);
  });

  it("may have exactly the number of bytes that is allowed", () => {
    const codes = (message: string) => codesOf(schemas.messageTextSchema, message);
    const full = `${"\u0301".repeat(limits.MESSAGE_MAX_BYTES / 2 - 1)}ab`;
    expect(Buffer.byteLength(full)).toBe(limits.MESSAGE_MAX_BYTES);
    expect(codes(full)).not.toContain("message_exceed_max_bytes");
    expect(codes(`${full}c`)).toEqual(["message_exceed_max_bytes"]);
  });

  it("loses the spaces around it, and has line breaks of one kind", () => {
    expect(schemas.messageTextSchema.parse(" \n a\r\nb\rc\nd \n")).toBe("a\nb\nc\nd");
  });

  const message_group_uuid = "a1b2c3d4-0000-4000-8000-00000000000b";
  const reply_to = "01920000-0000-7000-8000-000000000001";

  it.each([
    ["nobody", {}, "user_receiver_handle_blank", "handle"],
    [
      "a conversation and a person",
      { message_group_uuid, handle: "londo" },
      "invalid_input",
      "handle",
    ],
    ["a person as an answer", { handle: "londo", reply_to }, "invalid_input", "reply_to"],
  ])("to %s is refused at its field", (_, target, code, field) => {
    const result = schemas.messagesCreateInput.safeParse({ client_id, message: "x", ...target });
    expect(result.error?.issues).toMatchObject([{ code: "custom", message: code, path: [field] }]);
  });

  it.each([
    ["a person", { handle: "londo" }],
    ["a conversation", { message_group_uuid }],
    ["a conversation as an answer", { message_group_uuid, reply_to }],
  ])("to %s is accepted", (_, target) => {
    expect(codesOf(schemas.messagesCreateInput, { client_id, message: "x", ...target })).toEqual(
      [],
    );
  });
});

describe("every input", () => {
  const inputs = Object.entries<unknown>(schemas).flatMap(([name, schema]) =>
    name.endsWith("Input") && schema instanceof z.ZodType ? [[name, schema] as const] : [],
  );

  it.each(inputs)(
    "%s is refused with codes of the closed set and never with a crash",
    (_, schema) => {
      const values = [null, 5, "x", [], [[]], { __proto__: null }, new Map()];
      for (const value of values) expect(() => schema.safeParse(value)).not.toThrow();
      for (const bad of [5, null, "", {}, [], "x".repeat(40_000)]) {
        const fields = fieldsOf(schema);
        expect(fields).not.toEqual([]);
        const input = Object.fromEntries(fields.map((field) => [field, bad]));
        for (const code of codesOf(schema, input))
          expect([code, isAppCode(code)]).toEqual([code, true]);
      }
    },
  );
});
