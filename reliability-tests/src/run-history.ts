import { changeMembers, createMessageGroup } from "./acts-of-joining.ts";
import { markRead, readHistory, readInbox } from "./acts-of-reading.ts";
import { send, sendToGroup, settleGivenUp, writeToPerson } from "./acts-of-writing.ts";
import { MAX_ATTEMPTS } from "./attempts.ts";
import { type Delivery, EventSource, WHOLE } from "./delivery.ts";
import type { History, Step } from "./history.ts";
import { Interleaver } from "./interleaver.ts";
import { Model } from "./model.ts";
import { pick, Stage } from "./stage.ts";
import type { World } from "./world.ts";

export interface Played {
  model: Model;
  source: EventSource;
  operations: number;
}

/**
 * Plays a history against the model and the table at once. Afterwards the table may still be
 * behind: the stream's rest hasn't been delivered, and drafts that were given up are unknown.
 * Throws when an answer contradicts the model, or an operation fails in any way but `unavailable`.
 * @param deliveries how the history's `deliver` steps hand over records, in a circle
 */
export async function playHistory(
  world: World,
  history: History,
  deliveries: readonly Delivery[] = [],
): Promise<Played> {
  const model = new Model();
  const source = new EventSource(world.lambda);
  const stage = new Stage(world, model);
  const deliver = createDeliveries(world, source, deliveries);
  let operations = 0;
  for (const moment of history.moments) {
    const together = moment.length > 1 ? new Interleaver(history.interleaving, world.settle) : null;
    world.serverTable.interleaver = together;
    world.lambdaTable.interleaver = together;
    stage.startMoment();
    operations += moment.length;
    const results = await Promise.allSettled(moment.map((step) => perform(stage, step, deliver)));
    await Promise.all([world.serverTable.flush(), world.lambdaTable.flush()]);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }
  world.serverTable.interleaver = null;
  world.lambdaTable.interleaver = null;
  world.serverTable.plan = [];
  world.lambdaTable.plan = [];
  await settleGivenUp(stage);
  return { model, source, operations };
}

type Deliver = (records: number) => Promise<void>;

async function perform(stage: Stage, step: Step, deliver: Deliver): Promise<void> {
  switch (step.type) {
    case "write_to_person":
      return writeToPerson(stage, step.from, step.to, step.text, step.attempts);
    case "create_group":
      return createMessageGroup(
        stage,
        step.people.map((i) => stage.person(i)),
      );
    case "send": {
      const group = pick(stage.groups, step.group);
      const sender = stage.person(step.from);
      return group ? sendToGroup(stage, sender, group, step.text, step.attempts) : undefined;
    }
    case "retry": {
      const draft = pick(stage.drafts, step.draft);
      return draft ? send(stage, draft, MAX_ATTEMPTS) : undefined;
    }
    case "read_history":
      return readHistory(stage, stage.person(step.person), step.group, step.limit);
    case "read_inbox":
      return readInbox(stage, stage.person(step.person), step.limit);
    case "mark_read":
      return markRead(stage, stage.person(step.person), step.group, step.message);
    case "add_member":
    case "remove_member":
    case "rejoin":
      return changeMembers(stage, step.type, stage.person(step.person), step.group);
    case "deliver":
      return deliver(step.records);
  }
}

/** One event source hands over one batch at a time. */
function createDeliveries(
  world: World,
  source: EventSource,
  deliveries: readonly Delivery[],
): Deliver {
  let delivered = 0;
  let last: Promise<void> = Promise.resolve();
  return (records) => {
    last = last.then(async () => {
      source.add(await world.stream.poll());
      const plan = pick(deliveries, delivered++) ?? WHOLE;
      await source.deliver({ ...plan, size: records });
    });
    return last;
  };
}

/** More rounds than any record may need: after that the shard counts as blocked for good. */
const MAX_ROUNDS = 50;

/** Delivers what is left, in order and undisturbed. Throws when the stream does not get to its end. */
export async function deliverAll(world: World, source: EventSource): Promise<void> {
  source.add(await world.stream.poll());
  for (let round = 0; source.pending > 0; round += 1) {
    if (round === MAX_ROUNDS) throw new Error(`${source.pending} records are never projected`);
    await source.deliver(WHOLE);
  }
  if (source.lostPoison.length > 0) throw new Error("a malformed record vanished");
}
