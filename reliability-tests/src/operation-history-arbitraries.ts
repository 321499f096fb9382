import { isBlank, normalizeText } from "@cruddur/contract/text";
import fc from "fast-check";
import {
  type FilingChange,
  type Operation,
  type OperationHistory,
  PEOPLE_COUNT,
} from "./operation-history.ts";

type Fields<Type extends Operation["type"]> = Omit<Extract<Operation, { type: Type }>, "type">;

/** Generates operations of one type from an arbitrary for each of their other fields. */
function operation<Type extends Operation["type"]>(
  type: Type,
  fields: { [Field in keyof Fields<Type>]: fc.Arbitrary<Fields<Type>[Field]> },
): fc.Arbitrary<Operation> {
  return fc
    .record(fields as Record<string, fc.Arbitrary<unknown>>)
    .map((values) => ({ type, ...values }) as unknown as Operation);
}

const index = fc.nat({ max: 1_000 });
const person = fc.nat({ max: PEOPLE_COUNT - 1 });
const records = (max: number) => fc.integer({ min: 1, max });

/** Texts of all lengths and several scripts, since these decide a preview's cut and an item's size. */
const text = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom("hello", "Grüße", "你好", "👩‍👩‍👧‍👦", "line\nbreak", "#/:"),
    },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 }) },
    { weight: 1, arbitrary: fc.constantFrom("a".repeat(1024), "🏳️‍🌈".repeat(200)) },
  )
  .map((value) => (isBlank(value) ? "x" : normalizeText(value)));

const unlimited = fc.constant(Number.POSITIVE_INFINITY);
/** How often a client tries before it gives up. Most clients never give up. */
const attempts = fc.oneof(
  { weight: 4, arbitrary: unlimited },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) },
);

/** Few choices of a message, so that changes of one message often meet. */
const aMessage = { person, messageGroup: index, message: fc.nat({ max: 5 }) };
const emoji = fc.nat({ max: 2 });

/** Changes of groups, by those who may make them and by those who may not. */
const groupChanges = (person: fc.Arbitrary<number>, messageGroup: fc.Arbitrary<number>) => {
  const change = { actor: person, messageGroup };
  const ofPerson = { ...change, person };
  const shareHistory = fc.boolean();
  const name = fc.constantFrom("Team", "Böhmen 👑", null);
  return [
    { weight: 2, arbitrary: operation("add_member", { ...ofPerson, shareHistory }) },
    { weight: 2, arbitrary: operation("remove_member", ofPerson) },
    { weight: 2, arbitrary: operation("leave", change) },
    { weight: 1, arbitrary: operation("rejoin", change) },
    { weight: 1, arbitrary: operation("make_owner", ofPerson) },
    { weight: 1, arbitrary: operation("rename", { ...change, name }) },
    { weight: 1, arbitrary: operation("retry_group_change", { change: index }) },
  ];
};

const filingChange = fc.constantFrom<FilingChange>(
  ...(["accept", "archive", "archive", "unarchive", "pin", "unpin", "mute"] as const),
  ...(["unmute", "mark_unread"] as const),
);
const file = operation("file", { person, messageGroup: index, change: filingChange });

const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: operation("send_to_person", {
      ...{ from: person, to: person, text, attempts },
      firstMessage: fc.constantFrom("accepted", "accepted", "inbox", "requests", "refused"),
    }),
  },
  {
    weight: 2,
    arbitrary: operation("create_message_group", {
      people: fc.uniqueArray(person, { minLength: 2, maxLength: PEOPLE_COUNT }),
    }),
  },
  {
    weight: 9,
    arbitrary: operation("send", { from: person, messageGroup: index, text, attempts }),
  },
  { weight: 3, arbitrary: operation("retry", { draft: index }) },
  { weight: 5, arbitrary: operation("edit", { ...aMessage, text }) },
  { weight: 4, arbitrary: operation("delete", aMessage) },
  { weight: 2, arbitrary: operation("react", { ...aMessage, emoji }) },
  { weight: 1, arbitrary: operation("unreact", { ...aMessage, emoji }) },
  { weight: 3, arbitrary: operation("retry_change", { change: index }) },
  {
    weight: 3,
    arbitrary: operation("read_messages", {
      person,
      messageGroup: index,
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: operation("read_inbox", { person, limit: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 5,
    arbitrary: operation("mark_read", { person, messageGroup: index, message: index }),
  },
  { weight: 6, arbitrary: file },
  { weight: 2, arbitrary: operation("block", { person, other: person }) },
  { weight: 1, arbitrary: operation("unblock", { person, other: person }) },
  { weight: 2, arbitrary: operation("hide", aMessage) },
  ...groupChanges(person, index),
  { weight: 1, arbitrary: operation("erase", { person, killedAfter: fc.nat({ max: 20 }) }) },
  { weight: 5, arbitrary: operation("deliver", { records: records(10) }) },
);

const schedule = fc.array(fc.nat({ max: 7 }), { maxLength: 24, size: "max" });

/** Operation histories of about 20 operations by several people, some of them concurrent. */
export const operationHistories: fc.Arbitrary<OperationHistory> = fc.record({
  steps: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.tuple(anyOperation) },
      { weight: 1, arbitrary: fc.array(anyOperation, { minLength: 2, maxLength: 4 }) },
    ),
    { minLength: 1, maxLength: 24, size: "max" },
  ),
  schedule,
});

const oneOfTwo = fc.nat({ max: 1 });

/** Operations of two people in two conversations, all of which write the same memberships. */
const contendingOperation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: operation("mark_read", {
      person: oneOfTwo,
      messageGroup: oneOfTwo,
      message: index,
    }),
  },
  {
    weight: 3,
    arbitrary: operation("send", {
      from: oneOfTwo,
      messageGroup: oneOfTwo,
      text: fc.constant("hello"),
      attempts: unlimited,
    }),
  },
  { weight: 3, arbitrary: operation("deliver", { records: records(3) }) },
  {
    weight: 2,
    arbitrary: operation("delete", { person: oneOfTwo, messageGroup: oneOfTwo, message: index }),
  },
  {
    weight: 1,
    arbitrary: operation("edit", {
      person: oneOfTwo,
      messageGroup: oneOfTwo,
      message: index,
      text: fc.constant("edited"),
    }),
  },
  { weight: 1, arbitrary: operation("rejoin", { actor: oneOfTwo, messageGroup: oneOfTwo }) },
  {
    weight: 2,
    arbitrary: operation("file", {
      person: oneOfTwo,
      messageGroup: oneOfTwo,
      change: filingChange,
    }),
  },
);

/** Operation histories in which most operations write a membership that another one writes too. */
export const contendedOperationHistories: fc.Arbitrary<OperationHistory> = fc
  .record({
    steps: fc.array(fc.array(contendingOperation, { minLength: 1, maxLength: 5, size: "max" }), {
      minLength: 4,
      maxLength: 16,
      size: "max",
    }),
    schedule,
  })
  .map((operationHistory) => ({
    ...operationHistory,
    steps: [
      [{ type: "create_message_group", people: [0, 1, 2] }],
      [{ type: "create_message_group", people: [0, 1] }],
      ...operationHistory.steps,
    ],
  }));

const ofOneConversation = { person: oneOfTwo, messageGroup: fc.constant(0) };

/**
 * Operation histories of two people who write, delete and read a part, while the stream delivers:
 * what is unread then depends on deletes, read markers and repeated records together.
 */
export const deletingOperationHistories: fc.Arbitrary<OperationHistory> = fc
  .record({
    steps: fc.array(
      fc.array(
        fc.oneof(
          operation("send", {
            from: oneOfTwo,
            messageGroup: fc.constant(0),
            text: fc.constant("hello"),
            attempts: unlimited,
          }),
          operation("delete", { ...ofOneConversation, message: index }),
          operation("mark_read", { ...ofOneConversation, message: index }),
          operation("deliver", { records: records(4) }),
          operation("retry_change", { change: index }),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      { minLength: 6, maxLength: 16, size: "max" },
    ),
    schedule,
  })
  .map(({ steps, schedule }) => ({
    schedule,
    steps: [[{ type: "create_message_group", people: [0, 1] }], ...steps],
  }));
