import { createMessageUuidFactory } from "@cruddur/contract/ids";
import type { StoredMessage } from "@cruddur/ddb/types";
import { expect, test } from "vitest";
import { groupMessages, lowestOf } from "./group-messages.ts";
import type { ParsedRecord } from "./parse-record.ts";

const mint = createMessageUuidFactory();
const [FIRST, SECOND] = [mint(), mint()];

function record(
  sequenceNumber: string,
  uuid: string,
  { isNew = true, group = "one", revision }: { isNew?: boolean; group?: string; revision?: number },
): ParsedRecord {
  const message = { uuid, message_group_uuid: group, revision } as StoredMessage;
  return { sequenceNumber, pk: null, sk: null, kind: "message", message, isNew };
}

const uuidsOf = (messages: readonly StoredMessage[]) => messages.map(({ uuid }) => uuid);

test("of each message group a batch has the new messages and the changed ones, the oldest first", () => {
  const groups = groupMessages([
    record("12", SECOND, {}),
    record("9", FIRST, { isNew: false, revision: 1 }),
    record("10", FIRST, { group: "two", isNew: false, revision: 1 }),
    record("11", FIRST, { group: "two" }),
    { sequenceNumber: "7", pk: null, sk: null, kind: "ignored" },
    { sequenceNumber: "8", pk: null, sk: null, kind: "malformed", problem: "" },
    record("13", SECOND, { group: "two" }),
  ]);
  expect(
    groups.map((group) => ({
      ...group,
      inserted: uuidsOf(group.inserted),
      changed: uuidsOf(group.changed),
    })),
  ).toEqual([
    {
      ...{ message_group_uuid: "one", inserted: [SECOND], changed: [FIRST] },
      sequenceNumbers: ["12", "9"],
    },
    // A message whose insert is in the batch is new, whatever else happened to it.
    {
      ...{ message_group_uuid: "two", inserted: [FIRST, SECOND], changed: [] },
      sequenceNumbers: ["10", "11", "13"],
    },
  ]);
});

test.each([[[undefined, 1, 2]], [[2, undefined, 1]], [[2, 1, undefined]]])(
  "a message is in its newest state, in whatever order its records come: %j",
  (revisions) => {
    const records = revisions.map((revision, index) =>
      record(String(index), FIRST, revision === undefined ? {} : { isNew: false, revision }),
    );
    expect(groupMessages(records)).toMatchObject([{ inserted: [{ revision: 2 }], changed: [] }]);
  },
);

test("sequence numbers are compared as numbers, of any length", () => {
  expect(lowestOf(["10", "9", "100000000000000000000000000000"])).toBe("9");
  expect(lowestOf(["100000000000000000000000000001", "100000000000000000000000000000"])).toBe(
    "100000000000000000000000000000",
  );
  expect(lowestOf([])).toBeUndefined();
});
