import { isBlank, normalizeText } from "@cruddur/contract/text";
import fc from "fast-check";

/** How many people take part in a history. */
export const PEOPLE = 4;

/**
 * One act. Numbers choose among what exists when the step runs (modulo), so every list of steps
 * is a valid history and shrinking never produces nonsense.
 */
export type Step =
  /** A first message to a person, or another one into the pair's group. */
  | { type: "write_to_person"; from: number; to: number; text: string; attempts: number }
  | { type: "create_group"; people: number[] }
  | { type: "send"; from: number; group: number; text: string; attempts: number }
  /** The same draft with the same client_id once more, acknowledged before or not. */
  | { type: "retry"; draft: number }
  | { type: "read_history"; person: number; group: number; limit: number }
  | { type: "read_inbox"; person: number; limit: number }
  | { type: "mark_read"; person: number; group: number; message: number }
  | { type: "add_member"; person: number; group: number }
  | { type: "remove_member"; person: number; group: number }
  /** Leaves and comes back at once. */
  | { type: "rejoin"; person: number; group: number }
  /** Hands stream records to the Lambda. */
  | { type: "deliver"; records: number };

export interface History {
  /** Steps of an inner list run at once, their requests interleaved. */
  moments: Step[][];
  /** Which waiting request goes next; read in a circle. All zero: first come, first served. */
  interleaving: number[];
}

const index = fc.nat({ max: 1_000 });
const person = fc.nat({ max: PEOPLE - 1 });

/** Short, long, in several scripts: what the preview's cut and the row's size depend on. */
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

/** How often a client tries before it gives up; most never do. */
const attempts = fc.oneof(
  { weight: 4, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("write_to_person" as const),
      from: person,
      to: person,
      text,
      attempts,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("create_group" as const),
      people: fc.uniqueArray(person, { minLength: 2, maxLength: PEOPLE }),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      type: fc.constant("send" as const),
      from: person,
      group: index,
      text,
      attempts,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("retry" as const), draft: index }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("read_history" as const),
      person,
      group: index,
      limit: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("read_inbox" as const),
      person,
      limit: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("mark_read" as const),
      person,
      group: index,
      message: index,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("add_member" as const), person, group: index }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("remove_member" as const), person, group: index }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("rejoin" as const), person, group: index }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("deliver" as const),
      records: fc.integer({ min: 1, max: 10 }),
    }),
  },
);

const interleaving = fc.array(fc.nat({ max: 7 }), { maxLength: 24, size: "max" });

/** Histories of about 20 steps by several people, some of them at the same moment. */
export const history: fc.Arbitrary<History> = fc.record({
  moments: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.tuple(step) },
      { weight: 1, arbitrary: fc.array(step, { minLength: 2, maxLength: 4 }) },
    ),
    { minLength: 1, maxLength: 24, size: "max" },
  ),
  interleaving,
});

const contended = fc.nat({ max: 1 });

/** Two people, two conversations, and everything that writes a group row at the same moment. */
const contendedStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("mark_read" as const),
      person: contended,
      group: contended,
      message: index,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("send" as const),
      from: contended,
      group: contended,
      text: fc.constant("hello"),
      attempts: fc.constant(Number.POSITIVE_INFINITY),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("deliver" as const),
      records: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("rejoin" as const),
      person: contended,
      group: contended,
    }),
  },
);

/** Histories in which most steps meet others on the same group rows. */
export const contendedHistory: fc.Arbitrary<History> = fc
  .record({
    moments: fc.array(fc.array(contendedStep, { minLength: 1, maxLength: 5, size: "max" }), {
      minLength: 4,
      maxLength: 16,
      size: "max",
    }),
    interleaving,
  })
  .map(({ moments, interleaving: choices }) => ({
    moments: [
      [{ type: "create_group", people: [0, 1, 2] }],
      [{ type: "create_group", people: [0, 1] }],
      ...moments,
    ],
    interleaving: choices,
  }));
