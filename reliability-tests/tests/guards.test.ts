import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import {
  checkFaultyHistory,
  contendedHistoryWithFaultyStream,
  type FaultyHistory,
  faultyHistory,
  historyWithFaultyTable,
} from "../src/faulty-history.ts";
import * as sabotage from "../src/sabotage.ts";
import { Worlds } from "../src/world.ts";

/** Proofs that pass without a guard would have no teeth: each is left out, and must be missed. */
const SEED = 20_261_121;
/** Far more than any needs: which requests meet is partly the machine's mood, so it can't be a few. */
const MAX_HISTORIES = 200;

const worlds = new Worlds();
afterAll(() => worlds[Symbol.asyncDispose]());

/** Two people who write first to each other at the same instant, and then the rest. */
const crossing: fc.Arbitrary<FaultyHistory> = faultyHistory.map((faulty) => {
  const hello = { text: "hello", attempts: Number.POSITIVE_INFINITY };
  const both: FaultyHistory["history"]["moments"][number] = [
    { type: "write_to_person", from: 0, to: 1, ...hello },
    { type: "write_to_person", from: 1, to: 0, ...hello },
  ];
  return { ...faulty, history: { ...faulty.history, moments: [both, ...faulty.history.moments] } };
});

/** Marks the older of two messages as read at the instant that a third one is delivered. */
const markedWhileDelivered: fc.Arbitrary<FaultyHistory> = contendedHistoryWithFaultyStream.map(
  (faulty) => {
    const send = { type: "send", from: 0, group: 0, text: "hello", attempts: 1 } as const;
    const deliver = { type: "deliver", records: 10 } as const;
    const mark = { type: "mark_read", person: 1, group: 0, message: 0 } as const;
    const [group = []] = faulty.history.moments;
    const moments = [group, [send], [send], [deliver], [send], [mark, deliver]];
    // Over a socket requests meet by chance, held in this process as the seed says.
    return { ...faulty, fastPath: false, deliveries: [], history: { ...faulty.history, moments } };
  },
);

const guards: [
  consequence: string,
  leaveOut: sabotage.Sabotage,
  histories: fc.Arbitrary<FaultyHistory>,
  symptom: RegExp,
][] = [
  [
    "without the condition on the move, a replay is counted or shown again",
    sabotage.moveUnconditionally,
    faultyHistory,
    /the inbox of/,
  ],
  [
    "without the revision, a recount overwrites what happened meanwhile",
    sabotage.ignoreRevisions,
    markedWhileDelivered,
    /the inbox of/,
  ],
  [
    "without the claim, a retried draft is stored twice",
    sabotage.claimAgain,
    faultyHistory,
    /stored twice/,
  ],
  [
    "without the condition on absence, a pair's group is made twice and loses what it showed",
    sabotage.createOverExisting,
    crossing,
    /the inbox of/,
  ],
  [
    "without the member count, members the index doesn't show miss messages",
    sabotage.ignoreMemberCount,
    faultyHistory,
    /the inbox of/,
  ],
  [
    "when only the first record of a batch is read, the others are lost",
    sabotage.readFirstRecordOnly,
    historyWithFaultyTable,
    /the inbox of/,
  ],
];

test.for(guards)("%s", { timeout: 200_000 }, async ([, leaveOut, histories, symptom]) => {
  const property = fc.asyncProperty(histories, async (faulty) => {
    const world = await worlds.create(faulty);
    leaveOut(world);
    await checkFaultyHistory(world, faulty);
  });
  const details = await fc.check(property, {
    seed: SEED,
    numRuns: MAX_HISTORIES,
    endOnFailure: true,
  });
  expect(String(details.errorInstance)).toMatch(symptom);
});
