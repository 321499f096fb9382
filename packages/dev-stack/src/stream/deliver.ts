import { setTimeout as sleep } from "node:timers/promises";
import type { DeadLetters } from "@cruddur/ddb/dead-letters";
import type { BatchResponse, StreamBatch } from "@cruddur/lambda-stream/project-batch";

/** What the poller hands on: the Lambda event's record, as far as we read it ourselves. */
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
  /** Repeats after the first attempt before what fails is given up. */
  maximumRetryAttempts: number;
  /** First wait between attempts; doubles up to fifty times that. */
  retryDelayMs: number;
  /** All before and including this record is dealt with, for ever. */
  checkpoint: (sequenceNumber: string) => Promise<void>;
  /** Resolves when attempts make sense: an engine that is down uses none of them up. */
  untilHealthy: () => Promise<void>;
  log: (line: Record<string, unknown>) => void;
  signal: AbortSignal;
}

interface Part {
  records: readonly StreamRecord[];
  failures: number;
}

/**
 * Takes a batch through the handler as a Lambda event source does with `bisectBatchOnFunctionError`,
 * `ReportBatchItemFailures` and `maximumRetryAttempts`: in order, nothing skipped, what was done
 * isn't repeated. When the attempts are used up a batch is halved until the record that fails is
 * alone, and only that one goes to the dead letters. Returns early, at a record's border, on abort.
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
    // Progress resets the count: what fails now is another record.
    const failures = outcome.doneCount > 0 ? 1 : part.failures + 1;
    const exhausted = failures > options.maximumRetryAttempts;
    if (exhausted && rest.length === 1) {
      await bury(first, outcome.problem, failures, options);
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
    // An identifier that isn't in the batch means the whole batch failed.
    return { doneCount: Math.max(lowest, 0), threw: false, problem: "the handler reported it" };
  } catch (error) {
    const problem = error instanceof Error ? error.name : "unknown error";
    log({ level: "warn", event: "batch_threw", records: records.length, problem });
    return { doneCount: 0, threw: true, problem };
  }
}

async function bury(
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
  log({ level: "error", event: "record_buried", sequence_number, problem });
  await checkpoint(sequence_number);
}
