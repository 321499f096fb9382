import fc from "fast-check";
import { expect, test } from "vitest";
import type { FirstMessage } from "../src/operation-history.ts";
import * as guards from "../src/removed-guards.ts";
import {
  checkScenario,
  contendedStreamFaultScenarios,
  type Scenario,
  scenarios,
  tableFaultScenarios,
} from "../src/scenario.ts";
import { useTestEnvironments } from "./support.ts";

/** Each test removes one guard of the product and requires that the other tests would notice it. */
const SEED = 20_261_121;
/** Many more than any removed guard needs, since retries with a random delay vary between runs. */
const MAX_SCENARIOS = 200;

const environments = useTestEnvironments();

/** Two people send their first message to each other at the same time, before all other steps. */
const crossingSends: fc.Arbitrary<Scenario> = scenarios.map((scenario) => {
  const { operationHistory } = scenario;
  const hello = {
    ...{ text: "hello", attempts: Number.POSITIVE_INFINITY },
    firstMessage: "accepted",
  } as const;
  const bothSend: Scenario["operationHistory"]["steps"][number] = [
    { type: "send_to_person", from: 0, to: 1, ...hello },
    { type: "send_to_person", from: 1, to: 0, ...hello },
  ];
  const steps = [bothSend, ...operationHistory.steps];
  return { ...scenario, operationHistory: { ...operationHistory, steps } };
});

/** A server whose clock is behind answers a message, while the client sends the answer again and again. */
const repeatsBehind: fc.Arbitrary<Scenario> = scenarios.map((scenario) => {
  const { operationHistory } = scenario;
  const [createMessageGroup = []] = operationHistory.steps;
  const send = { type: "send", messageGroup: 0, text: "hello", attempts: 4 } as const;
  const deliver = { type: "deliver", records: 10 } as const;
  const rounds = Array.from({ length: 4 }, (_, round) => {
    const repeat = { type: "retry", draft: 2 * round + 1 } as const;
    const answer = [{ ...send, from: 1 }, repeat, repeat];
    return [[{ ...send, from: 0 }], [deliver], answer, [deliver]];
  }).flat();
  const steps = [createMessageGroup, ...rounds];
  return {
    ...scenario,
    clockSkewMs: 5_000,
    operationHistory: { ...operationHistory, steps },
  } as Scenario;
});

/** The older of two messages is marked as read while the third one is delivered. */
const readWhileDelivered: fc.Arbitrary<Scenario> = contendedStreamFaultScenarios.map((scenario) => {
  const { operationHistory } = scenario;
  const send = { type: "send", from: 0, messageGroup: 0, text: "hello", attempts: 1 } as const;
  const deliver = { type: "deliver", records: 10 } as const;
  const markRead = { type: "mark_read", person: 1, messageGroup: 0, message: 1 } as const;
  const [createMessageGroup = []] = operationHistory.steps;
  const steps = [createMessageGroup, [send], [send], [deliver], [send], [markRead, deliver]];
  return { ...scenario, deliveries: [], operationHistory: { ...operationHistory, steps } };
});

/** The sender edits one message on two devices at once. */
const concurrentEdits: fc.Arbitrary<Scenario> = contendedStreamFaultScenarios.map((scenario) => {
  const { operationHistory } = scenario;
  const send = { type: "send", from: 0, messageGroup: 0, text: "hello", attempts: 1 } as const;
  // The first message says that the group was made, and nobody can edit it.
  const edit = { type: "edit", person: 0, messageGroup: 0, message: 1, text: "edited" } as const;
  const [createMessageGroup = []] = operationHistory.steps;
  const steps = [createMessageGroup, [send], [edit, edit, edit]];
  return { ...scenario, deliveries: [], operationHistory: { ...operationHistory, steps } };
});

/** The owner makes another member the owner and leaves. */
const passedOwnership: fc.Arbitrary<Scenario> = contendedStreamFaultScenarios.map((scenario) => {
  const { operationHistory } = scenario;
  const [createMessageGroup = []] = operationHistory.steps;
  const makeOwner = { type: "make_owner", actor: 0, person: 1, messageGroup: 0 } as const;
  const steps = [createMessageGroup, [makeOwner], [{ type: "leave", actor: 1, messageGroup: 0 }]];
  return {
    ...scenario,
    deliveries: [],
    operationHistory: { ...operationHistory, steps },
  } as Scenario;
});

/** A group is renamed, gets another owner and a new member, all at once. */
const concurrentGroupChanges: fc.Arbitrary<Scenario> = contendedStreamFaultScenarios.map(
  (scenario) => {
    const { operationHistory } = scenario;
    const [createMessageGroup = []] = operationHistory.steps;
    const add = { type: "add_member", actor: 1, person: 3, shareHistory: false } as const;
    const changes = [
      { type: "rename", actor: 2, messageGroup: 0, name: "Team" },
      { type: "make_owner", actor: 0, person: 1, messageGroup: 0 },
      { ...add, messageGroup: 0 },
    ];
    const steps = [createMessageGroup, changes];
    return {
      ...scenario,
      deliveries: [],
      operationHistory: { ...operationHistory, steps },
    } as Scenario;
  },
);

/** A member is added to a group that has a message, reads, and is added once more. */
const joining: fc.Arbitrary<Scenario> = contendedStreamFaultScenarios.map((scenario) => {
  const { operationHistory } = scenario;
  const [createMessageGroup = []] = operationHistory.steps;
  const send = { type: "send", from: 0, messageGroup: 0, text: "hello", attempts: 1 } as const;
  const of = { actor: 0, person: 3, messageGroup: 0 } as const;
  const add = { type: "add_member", ...of, shareHistory: false } as const;
  const leave = { type: "leave", actor: 3, messageGroup: 0 } as const;
  const read = { type: "read_messages", person: 3, messageGroup: 0, limit: 3 } as const;
  const repeat = { type: "retry_group_change", change: 0 } as const;
  const steps = [createMessageGroup, [send], [add], [read], [leave], [repeat], [read]];
  return { ...scenario, deliveries: [], operationHistory: { ...operationHistory, steps } };
});

/** One history without faults of the stream; only the order of its concurrent requests varies. */
function only(steps: Scenario["operationHistory"]["steps"]): fc.Arbitrary<Scenario> {
  return contendedStreamFaultScenarios.map((scenario) => ({
    ...scenario,
    deliveries: [],
    operationHistory: { ...scenario.operationHistory, steps },
  }));
}

const message = { text: "hello", attempts: Number.POSITIVE_INFINITY } as const;
const firstOf = (firstMessage: FirstMessage) =>
  ({ type: "send_to_person", from: 0, to: 1, ...message, firstMessage }) as const;
const nextFrom = (from: number) => ({ type: "send", from, messageGroup: 0, ...message }) as const;

/** The Lambda delivers a message while the index does not show its members yet. */
const deliveredBeforeIndexed: fc.Arbitrary<Scenario> = fc
  .record({
    scenario: only([
      [{ type: "create_message_group", people: [0, 1, 2] }],
      [{ type: "send", from: 0, messageGroup: 0, text: "hello", attempts: 1 }],
      [{ type: "deliver", records: 10 }],
    ]),
    /** Which of the Lambda's requests meets the fault. It is a stale answer where it reads an index. */
    before: fc.nat({ max: 4 }),
  })
  .map(({ scenario, before }) => ({ ...scenario, lambdaFaults: [...Array(before).fill(0), 9] }));

/** A stranger sends one message more than a request may have. */
const longRequest = only([[firstOf("requests")], ...Array(3).fill([nextFrom(0)])]);

/** One person archives a conversation, and the other writes again. */
const archived = only([
  [firstOf("accepted")],
  [{ type: "file", person: 1, messageGroup: 0, change: "archive" }],
  [nextFrom(0)],
]);

/** Somebody blocks a person to whom they write for the first time on another device. */
const blockedMeanwhile = only([[firstOf("accepted"), { type: "block", person: 0, other: 1 }]]);

/** Somebody writes in a group, leaves it, and is erased. */
const erasedAfterLeaving = only([
  [{ type: "create_message_group", people: [0, 1, 2] }],
  [nextFrom(0)],
  [{ type: "leave", actor: 0, messageGroup: 0 }],
  [{ type: "erase", person: 0, killedAfter: 3 }],
]);

const removals: [
  consequence: string,
  removeGuard: guards.RemoveGuard,
  scenarios: fc.Arbitrary<Scenario>,
  symptom: RegExp,
][] = [
  [
    "without the condition of an inbox update, a repeated record counts again or replaces the preview",
    guards.removeUpdateCondition,
    scenarios,
    /the inbox of/,
  ],
  [
    "without the revision check, a recount overwrites a concurrent change",
    guards.removeRevisionCheck,
    readWhileDelivered,
    /the inbox of/,
  ],
  [
    "without the condition of the send claim, a repeated draft is stored twice",
    guards.removeSendClaimCondition,
    scenarios,
    /stored twice/,
  ],
  [
    "without the check of the send claim, a draft is stored in two places while it moves",
    guards.removeClaimCheck,
    repeatsBehind,
    /stored twice|another message/,
  ],
  [
    "without the condition of a creation, a pair's message group is created twice and loses its preview",
    guards.removeCreateCondition,
    crossingSends,
    /the inbox of/,
  ],
  [
    "without the revision check of a message, a concurrent edit is lost",
    guards.removeMessageRevisionCheck,
    concurrentEdits,
    /lost an edit|exactly once|another text|the changes of/,
  ],
  [
    "when deleted messages count, an inbox shows unread messages that nobody can read",
    guards.countDeletedMessages,
    scenarios,
    /the inbox of/,
  ],
  [
    "when the stream passes no changes, inboxes show the text of edited and deleted messages",
    guards.ignoreChanges,
    tableFaultScenarios,
    /the inbox of/,
  ],
  [
    "without the horizon, a member sees what was written before they joined",
    guards.removeHorizon,
    joining,
    /before they joined/,
  ],
  [
    "without the claim of its op_id, a change of a group is made twice",
    guards.removeGroupClaim,
    joining,
    /stored twice/,
  ],
  [
    "without the conditions of a group's memberships, concurrent changes lose one another",
    guards.removeGroupCondition,
    concurrentGroupChanges,
    /the inbox of|a membership says|history of a group|the memberships/,
  ],
  [
    "when nobody becomes the owner, a group has none",
    guards.keepNoOwner,
    passedOwnership,
    /a membership says|history of a group/,
  ],
  [
    "without the condition on the archive, a conversation stays there whatever is written",
    guards.removeArchiveCondition,
    archived,
    /not filed as it should be/,
  ],
  [
    "without its limit, a request goes on and on",
    guards.removeRequestLimit,
    longRequest,
    /A request has too many messages/,
  ],
  [
    "without the checks for a block, a conversation begins with somebody blocked",
    guards.removeBlockChecks,
    blockedMeanwhile,
    /says about blocks/,
  ],
  [
    "without the member count, members whom the index does not show yet miss messages",
    guards.removeMemberCount,
    deliveredBeforeIndexed,
    /the inbox of/,
  ],
  [
    "without former memberships, an erasure leaves what was written in a group that the person has left",
    guards.forgetFormerMemberships,
    erasedAfterLeaving,
    /Of an erased person/,
  ],
  [
    "when only the first record of a batch is read, the other messages are missing",
    guards.ignoreLaterRecords,
    tableFaultScenarios,
    /the inbox of/,
  ],
];

test.for(removals)("%s", { timeout: 200_000 }, async ([, removeGuard, arbitrary, symptom]) => {
  const property = fc.asyncProperty(arbitrary, async (scenario) => {
    const environment = await environments.create(scenario);
    removeGuard(environment);
    await checkScenario(environment, scenario);
  });
  const details = await fc.check(property, {
    seed: SEED,
    numRuns: MAX_SCENARIOS,
    endOnFailure: true,
  });
  expect(String(details.errorInstance)).toMatch(symptom);
});
