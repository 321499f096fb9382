import { messageCreatedAt } from "@cruddur/contract/ids";
import { expect, test } from "vitest";
import { parseRecord } from "./parse-record.ts";

const UUID = "01920000-0000-7000-8000-000000000001";
const GROUP = "a1b2c3d4-0000-4000-8000-00000000000a";
const Keys = { pk: { S: `MSG#${GROUP}` }, sk: { S: `${messageCreatedAt(UUID)}#${UUID}` } };
const NewImage = {
  ...Keys,
  message_uuid: { S: UUID },
  client_id: { S: "a1b2c3d4-0000-4000-8000-00000000000b" },
  user_uuid: { S: "a1b2c3d4-0000-4000-8000-00000000000c" },
  user_display_name: { S: "Londo" },
  user_handle: { S: "londo" },
  message: { S: "secret text" },
  member_count: { N: "2" },
};
const record = (change: object = {}, dynamodb: object = {}) => ({
  eventName: "INSERT",
  dynamodb: { SequenceNumber: "100", Keys, NewImage, ...dynamodb },
  ...change,
});
const known = { sequenceNumber: "100", pk: Keys.pk.S, sk: Keys.sk.S };

test("the insert of a message is a new message", () => {
  const message = { uuid: UUID, message_group_uuid: GROUP, message: "secret text" };
  expect(parseRecord(record())).toMatchObject({ ...known, kind: "message", isNew: true, message });
});

test("the edit of a message is a message that is not new, also where its memberships were written with it", () => {
  const image = { ...NewImage, change: { S: "edit" }, projected: { BOOL: true } };
  const parsed = parseRecord(record({ eventName: "MODIFY" }, { NewImage: image }));
  expect(parsed).toMatchObject({ ...known, kind: "message", isNew: false });
});

test("the insert of a message whose memberships were written with it is ignored", () => {
  const image = { ...NewImage, projected: { BOOL: true } };
  expect(parseRecord(record({}, { NewImage: image }))).toEqual({ ...known, kind: "ignored" });
});

test("a record that the event filters would leave out is ignored", () => {
  expect(parseRecord(record({ eventName: "REMOVE" }))).toEqual({ ...known, kind: "ignored" });
});

test.each([
  ["no record", null, "", "record"],
  ["text", "x", "", "record"],
  ["no event name", record({ eventName: 5 }), "100", "eventName"],
  ["no keys", record({}, { Keys: undefined }), "100", "dynamodb.Keys"],
  [
    "keys of another type",
    record({}, { Keys: { pk: { S: "MSG#g" }, sk: { N: "1" } } }),
    "100",
    "dynamodb.Keys.sk.S",
  ],
  ["a number that is none", record({}, { SequenceNumber: "1x" }), "", "dynamodb.SequenceNumber"],
  ["a number after text", record({}, { SequenceNumber: "x1" }), "", "dynamodb.SequenceNumber"],
  ["a number that is no text", record({}, { SequenceNumber: 1 }), "", "dynamodb.SequenceNumber"],
])(
  "%s is malformed, with the name of what is wrong and the number where there is one",
  (_, bad, sequenceNumber, path) => {
    expect(parseRecord(bad)).toEqual({
      ...{ sequenceNumber, pk: null, sk: null, kind: "malformed" },
      problem: `missing or of the wrong type: ${path}`,
    });
  },
);

test("every wrong field is named", () => {
  const { eventName: _, ...rest } = record({}, { Keys: undefined });
  expect(parseRecord(rest)).toMatchObject({
    problem: "missing or of the wrong type: eventName, dynamodb.Keys",
  });
});

test.each([
  ["no image", undefined, "dynamodb.NewImage"],
  ["an attribute that is text", { ...NewImage, message: "bare" }, "dynamodb.NewImage.message"],
  ["an attribute that is null", { ...NewImage, message: null }, "dynamodb.NewImage.message"],
])("a message with %s is malformed under its key", (_, image, path) => {
  expect(parseRecord(record({}, { NewImage: image }))).toEqual({
    ...known,
    kind: "malformed",
    problem: `missing or of the wrong type: ${path}`,
  });
});

test("a message that lacks an attribute is malformed, and its text is not in the problem", () => {
  const { user_uuid: _, ...rest } = NewImage;
  const parsed = parseRecord(record({}, { NewImage: rest }));
  expect(parsed).toMatchObject({ ...known, kind: "malformed", problem: expect.any(String) });
  expect(JSON.stringify(parsed)).toContain("user_uuid");
  expect(JSON.stringify(parsed)).not.toContain("secret text");
});
