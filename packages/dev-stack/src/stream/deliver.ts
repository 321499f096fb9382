import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@cruddur/contract/json-log";
import type { DeadLetters } from "@cruddur/ddb/dead-letters";
import type { BatchResponse, StreamBatch } from "@cruddur/lambda-stream/project-batch";

/** A record of the Lambda event, with the fields that are read here. */
export interface StreamRecord {
  eventName: string;
  dynamodb: {
    SequenceNumber: string;
    Keys: Record<string, { S?: string }>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

export interface DeliveryOptions {
  handler: (batch: StreamBatch) => Promise<BatchResponse>;
  deadLetters: DeadLetters;
  /** How often a failing batch is repeated before it is divided or becomes a dead letter. */
  maximumRetryAttempts: number;
  /** First delay between attempts. It doubles, up to fifty times this value. */
  retryDelayMs: number;
  /** Records that this record and all before it are done. */
  checkpoint: (sequenceNumber: string) => Promise<void>;
  /** Resolves when the engine answers, so that an engine that is down uses up no attempt. */
  untilHealthy: () => Promise<void>;
  log: Log;
  signal: AbortSignal;
}

interface Part {
  records: readonly StreamRecord[];
  failures: number;
}

/**
 * Delivers a batch to the handler as a Lambda event source does with `bisectBatchOnFunctionError`,
 * `ReportBatchItemFailures` and `maximumRetryAttempts`: in order, without gaps, and without
 * repeating what is done. When the attempts are used up, halves the batch until the failing record
 * is alone, and sends only that one to the dead letters. Returns early, between records, on abort.
 */
export async function deliver(
  records: readonly StreamRecord[],
  options: DeliveryOptions,
): Promise<void> {
  const queue: Part[] = [{ records, failures: 0 }];
  for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
    if (options.signal.aborted) return;
    const outcome = await attempt(part.records, options);
    const done = part.records[outcome.doneCount - 1];
    if (done !== undefined) await options.checkpoint(done.dynamodb.SequenceNumber);
    const rest = part.records.slice(outcome.doneCount);
    const [first] = rest;
    if (first === undefined) continue;
    // Progress resets the count, since another record fails now.
    const failures = outcome.doneCount > 0 ? 1 : part.failures + 1;
    const exhausted = failures > options.maximumRetryAttempts;
    if (exhausted && rest.length === 1) {
      await sendDeadLetter(first, outcome.problem, failures, options);
      continue;
    }
    if (rest.length > 1 && (outcome.threw || exhausted)) {
      const middle = Math.ceil(rest.length / 2);
      queue.unshift(
        { records: rest.slice(0, middle), failures: exhausted ? failures - 1 : failures },
        { records: rest.slice(middle), failures: 0 },
      );
    } else {
      queue.unshift({ records: rest, failures });
    }
    const delayMs = Math.min(options.retryDelayMs * 2 ** (failures - 1), options.retryDelayMs * 50);
    await sleep(delayMs, undefined, { signal: options.signal }).catch(() => undefined);
    await options.untilHealthy();
  }
}

interface Outcome {
  doneCount: number;
  threw: boolean;
  problem: string;
}

async function attempt(
  records: readonly StreamRecord[],
  { handler, log }: DeliveryOptions,
): Promise<Outcome> {
  try {
    const { batchItemFailures } = await handler({ Records: records });
    if (batchItemFailures.length === 0) {
      return { doneCount: records.length, threw: false, problem: "" };
    }
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const lowest = records.findIndex(({ dynamodb }) => failed.has(dynamodb.SequenceNumber));
    // An identifier that is not in the batch means that the whole batch failed.
    return {
      doneCount: Math.max(lowest, 0),
      threw: false,
      problem: "the handler reported a failure",
    };
  } catch (error) {
    const problem = error instanceof Error ? error.name : "unknown error";
    log({ level: "warn", event: "batch_threw", records: records.length, problem });
    return { doneCount: 0, threw: true, problem };
  }
}

async function sendDeadLetter(
  { dynamodb }: StreamRecord,
  problem: string,
  failures: number,
  { deadLetters, log, checkpoint }: DeliveryOptions,
): Promise<void> {
  const sequence_number = dynamodb.SequenceNumber;
  await deadLetters.send({
    reason: "retries_exhausted",
    pk: dynamodb.Keys.pk?.S ?? null,
    sk: dynamodb.Keys.sk?.S ?? null,
    sequence_number,
    problem: `${problem} (${failures} attempts)`,
    at: new Date().toISOString(),
  });
  log({ level: "error", event: "dead_letter_sent", sequence_number, problem });
  await checkpoint(sequence_number);
}
