import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { emailConfirmInput } from "./accounts.ts";
import { jsonLog } from "./json-log.ts";
import * as limits from "./limits.ts";
import { messageGroupsCreateInput } from "./message-groups.ts";
import { avatarPath } from "./profiles.ts";
import { displayNameSchema, usersReportInput } from "./users.ts";

const codesOf = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];

const client_id = "a1b2c3d4-0000-4000-8000-00000000000a";
const groupOf = (fields: object) =>
  codesOf(messageGroupsCreateInput, { client_id, handles: ["londo"], ...fields });

describe.each([
  ["a group's name", (name: string) => groupOf({ name }), "group_name_invalid", 50, 120],
  [
    "a display name",
    (name: string) => codesOf(displayNameSchema, name),
    "display_name_exceed_max_chars",
    50,
    120,
  ],
])("%s", (_, codes, refusal, maxChars, maxBytes) => {
  test("has at most 50 characters", () => {
    expect(codes("x".repeat(maxChars))).toEqual([]);
    expect(codes("x".repeat(maxChars + 1))).toEqual([refusal]);
  });

  test("has at most 120 bytes, which fewer characters may take", () => {
    const wide = "\u20ac".repeat(maxBytes / 3);
    expect(codes(wide)).toEqual([]);
    expect(codes(`${wide}\u20ac`)).toEqual([refusal]);
  });
});

test("a group's name can be seen", () => {
  expect(groupOf({ name: " \u200b" })).toEqual(["group_name_invalid"]);
});

test("a group is made with 1 to 50 people", () => {
  const handles = (count: number) => Array.from({ length: count }, (_, n) => `person${n}`);
  expect(groupOf({ handles: [] })).toEqual(["user_receiver_handle_blank"]);
  expect(groupOf({ handles: handles(limits.MESSAGE_GROUP_MAX_MEMBERS) })).toEqual([]);
  expect(groupOf({ handles: handles(limits.MESSAGE_GROUP_MAX_MEMBERS + 1) })).toEqual([
    "group_full",
  ]);
});

test("a report names a message only together with its conversation", () => {
  const report = { user_uuid: client_id, reason: "spam" };
  const message_group_uuid = "a1b2c3d4-0000-4000-8000-00000000000b";
  const message_uuid = "01920000-0000-7000-8000-000000000001";
  for (const names of [{}, { message_group_uuid }, { message_group_uuid, message_uuid }]) {
    expect(codesOf(usersReportInput, { ...report, ...names })).toEqual([]);
  }
  expect(codesOf(usersReportInput, { ...report, message_uuid })).toEqual([
    "message_group_uuid_blank",
  ]);
});

test.each(["1234-5678", " 1234 5678", "1234\t5678-"])(
  "a code is read as people write it: %j",
  (code) => {
    expect(emailConfirmInput.parse({ code })).toEqual({ code: "12345678" });
  },
);

test("what a picture's address shows is its content", () => {
  expect(avatarPath("abc")).toBe("/avatars/abc.jpg");
});

test("a log entry is one line of JSON with its moment", () => {
  const lines: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((line: string) => lines.push(line) > 0) as typeof write;
  try {
    jsonLog({ level: "info", event: "batch", records: 3 });
  } finally {
    process.stdout.write = write;
  }
  expect(lines).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
  expect(JSON.parse(lines[0] ?? "")).toEqual({
    ...{ level: "info", event: "batch", records: 3 },
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/),
  });
});
