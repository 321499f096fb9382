import { Model } from "./model.ts";
import type { Operation, OperationHistory } from "./operation-history.ts";
import {
  changeGroup,
  createMessageGroup,
  rejoin,
  sendGroupChange,
} from "./operations/change-members.ts";
import { changeMessage, sendChange } from "./operations/change-messages.ts";
import { concernsErased, erasePerson } from "./operations/erase-person.ts";
import { changeBlock, fileConversation, hideMessage } from "./operations/file-conversations.ts";
import { OperationContext, pick } from "./operations/operation-context.ts";
import { markRead, readInbox, readMessages } from "./operations/read-conversations.ts";
import { MAX_ATTEMPTS } from "./operations/retry-unavailable.ts";
import {
  sendDraft,
  sendToMessageGroup,
  sendToPerson,
  settleGivenUpDrafts,
} from "./operations/send-messages.ts";
import { RequestScheduler } from "./request-scheduler.ts";
import { type Delivery, REGULAR_DELIVERY } from "./stream/delivery-plan.ts";
import { EventSource } from "./stream/event-source.ts";
import type { TestEnvironment } from "./test-environment.ts";

export interface OperationHistoryRun {
  model: Model;
  source: EventSource;
  operationCount: number;
}

/**
 * Runs an operation history against the table and the model. Afterwards, memberships may still miss
 * updates, since the rest of the stream is not delivered. Throws when an answer contradicts the
 * model, and when an operation fails in any way but `unavailable`.
 * @param deliveries how the `deliver` operations deliver records; after the last, the first is used again
 */
export async function runOperationHistory(
  environment: TestEnvironment,
  operationHistory: OperationHistory,
  deliveries: readonly Delivery[] = [],
): Promise<OperationHistoryRun> {
  const { serverTable, lambdaTable, requestsInFlight } = environment;
  const model = new Model();
  const source = new EventSource(environment.lambda);
  const context = new OperationContext(environment, model);
  const deliver = createDeliver(environment, source, deliveries);
  let operationCount = 0;
  for (const step of operationHistory.steps) {
    const scheduler =
      step.length > 1
        ? new RequestScheduler(operationHistory.schedule, () => requestsInFlight.count)
        : null;
    serverTable.scheduler = scheduler;
    lambdaTable.scheduler = scheduler;
    operationCount += step.length;
    const results = await Promise.allSettled(
      beginStep(context, step).map((operation) => runOperation(context, operation, deliver)),
    );
    await Promise.all([serverTable.flush(), lambdaTable.flush()]);
    for (const result of results) if (result.status === "rejected") throw result.reason;
    await context.endStep();
  }
  for (const table of [serverTable, lambdaTable]) {
    table.scheduler = null;
    table.plan = [];
  }
  await settleGivenUpDrafts(context);
  return { model, source, operationCount };
}

/** The operations of a step without those of erased people, whose sessions have ended. */
function beginStep(context: OperationContext, step: readonly Operation[]): Operation[] {
  for (const operation of step) {
    if (operation.type === "erase") {
      context.model.erased.add(context.person(operation.person).user_uuid);
    }
  }
  return step.filter((operation) => !concernsErased(context, operation));
}

type Deliver = (records: number) => Promise<void>;

async function runOperation(
  context: OperationContext,
  operation: Operation,
  deliver: Deliver,
): Promise<void> {
  switch (operation.type) {
    case "send_to_person": {
      return sendToPerson(context, operation);
    }
    case "create_message_group": {
      return createMessageGroup(context, operation.people);
    }
    case "send": {
      const messageGroup = pick(context.messageGroups, operation.messageGroup);
      if (messageGroup === undefined) return;
      const sender = context.person(operation.from);
      return sendToMessageGroup(context, sender, messageGroup, operation.text, operation.attempts);
    }
    case "retry": {
      const draft = pick(context.drafts, operation.draft);
      return draft ? sendDraft(context, draft, MAX_ATTEMPTS) : undefined;
    }
    case "edit":
    case "delete":
    case "react":
    case "unreact":
      return changeMessage(context, operation);
    case "retry_change": {
      const change = pick(context.changes, operation.change);
      return change ? sendChange(context, change) : undefined;
    }
    case "read_messages": {
      const reader = context.person(operation.person);
      return readMessages(context, reader, operation.messageGroup, operation.limit);
    }
    case "read_inbox":
      return readInbox(context, context.person(operation.person), operation.limit);
    case "mark_read": {
      const reader = context.person(operation.person);
      return markRead(context, reader, operation.messageGroup, operation.message);
    }
    case "file":
      return fileConversation(context, operation);
    case "block":
    case "unblock":
      return changeBlock(context, operation);
    case "hide":
      return hideMessage(context, operation);
    case "rename":
    case "add_member":
    case "remove_member":
    case "leave":
    case "make_owner":
      return changeGroup(context, operation);
    case "rejoin":
      return rejoin(context, operation.actor, operation.messageGroup);
    case "retry_group_change": {
      const change = pick(context.groupChanges, operation.change);
      return change ? sendGroupChange(context, change) : undefined;
    }
    case "erase":
      return erasePerson(context, operation);
    case "deliver":
      return deliver(operation.records);
  }
}

/** Delivers one batch after the other, as one event source does. */
function createDeliver(
  { stream }: TestEnvironment,
  source: EventSource,
  deliveries: readonly Delivery[],
): Deliver {
  let deliveryCount = 0;
  let last: Promise<void> = Promise.resolve();
  return (records) => {
    last = last.then(async () => {
      source.add(await stream.poll());
      const delivery = pick(deliveries, deliveryCount++) ?? REGULAR_DELIVERY;
      await source.deliver({ ...delivery, size: records });
    });
    return last;
  };
}

/** No record needs as many deliveries: a shard that is not finished by then is blocked. */
const MAX_DELIVERIES = 50;

/** Delivers all pending records in order. Throws when some remain, or a malformed record is lost. */
export async function deliverAll({ stream }: TestEnvironment, source: EventSource): Promise<void> {
  source.add(await stream.poll());
  for (let count = 0; source.pendingCount > 0; count += 1) {
    if (count === MAX_DELIVERIES) {
      throw new Error(`${source.pendingCount} stream records were never projected.`);
    }
    await source.deliver(REGULAR_DELIVERY);
  }
  if (source.lostMalformedRecords.length > 0) {
    throw new Error("A malformed stream record did not become a dead letter.");
  }
}
