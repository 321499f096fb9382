import fc from "fast-check";

/** A request to DynamoDB as it is on the wire. */
export interface TableRequest {
  /** For example `PutItem`. */
  operation: string;
  input: TableInput;
}

export interface TableInput {
  [parameter: string]: unknown;
  IndexName?: string;
  ConditionExpression?: string;
}

/** @param target the `x-amz-target` header, `DynamoDB_20120810.<operation>` */
export function readTableRequest(target: string | undefined, body: string): TableRequest {
  return { operation: target?.split(".").at(-1) ?? "", input: JSON.parse(body || "{}") };
}

/**
 * What DynamoDB and the network can do to a request. After an `…_after_write` fault the table has
 * executed the request and only the answer is lost. With `written_late`, the table executes the
 * request after the client has sent it again.
 */
export const FAULT_KINDS = [
  "throttled",
  "throughput_exceeded",
  "server_error",
  "server_error_after_write",
  "timed_out",
  "timed_out_after_write",
  "connection_reset",
  "connection_reset_after_write",
  "transaction_conflict",
  "transaction_in_progress",
  "stale_index",
  "unprocessed",
  "written_late",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const GENERAL: readonly FaultKind[] = FAULT_KINDS.slice(0, 8);
const ITEM_WRITES = new Set(["PutItem", "UpdateItem", "DeleteItem"]);

/** The faults that this request can meet. Rare ones are repeated, so that they are chosen as often. */
export function applicableFaults({ operation, input }: TableRequest): readonly FaultKind[] {
  if (operation === "TransactWriteItems") {
    const special: FaultKind[] = [
      "transaction_conflict",
      "transaction_in_progress",
      "written_late",
    ];
    return [...GENERAL, ...special, ...special];
  }
  if (ITEM_WRITES.has(operation)) return [...GENERAL, "transaction_conflict", "written_late"];
  if (input.IndexName) return [...GENERAL, ...Array<FaultKind>(8).fill("stale_index")];
  if (operation === "BatchGetItem") {
    return [...GENERAL, ...Array<FaultKind>(8).fill("unprocessed")];
  }
  return GENERAL;
}

interface Refusal {
  statusCode: number;
  body: Record<string, unknown>;
  error?: Error;
}

/** What the client receives: an error of DynamoDB, or one of the connection. */
export function refusal(kind: FaultKind, request: TableRequest): Refusal {
  switch (kind) {
    case "throttled":
      return dynamoDbError(400, "ThrottlingException");
    case "throughput_exceeded":
      return dynamoDbError(400, "ProvisionedThroughputExceededException");
    case "server_error":
    case "server_error_after_write":
      return dynamoDbError(500, "InternalServerError");
    case "timed_out":
    case "timed_out_after_write":
    case "written_late":
      return networkError("TimeoutError", "ETIMEDOUT");
    case "connection_reset":
    case "connection_reset_after_write":
      return networkError("Error", "ECONNRESET");
    case "transaction_in_progress":
      return dynamoDbError(400, "TransactionInProgressException");
    case "transaction_conflict":
      return transactionConflict(request);
    case "stale_index":
    case "unprocessed":
      throw new Error(`${kind} changes an answer and is not a refusal.`);
  }
}

function transactionConflict({ operation, input }: TableRequest): Refusal {
  if (operation !== "TransactWriteItems") return dynamoDbError(400, "TransactionConflictException");
  const items = input.TransactItems as unknown[];
  const { statusCode, body } = dynamoDbError(400, "TransactionCanceledException");
  const CancellationReasons = items.map((_, i) =>
    i === items.length - 1
      ? { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" }
      : { Code: "None" },
  );
  return { statusCode, body: { ...body, CancellationReasons } };
}

function dynamoDbError(statusCode: number, name: string): Refusal {
  return {
    statusCode,
    body: {
      __type: `com.amazonaws.dynamodb.v20120810#${name}`,
      message: `injected ${name}`,
      Message: `injected ${name}`,
    },
  };
}

function networkError(name: string, code: string): Refusal {
  const error = Object.assign(new Error(`injected ${code}`), { name, code });
  return { statusCode: 0, body: {}, error };
}

/** How many requests a plan of faults covers. Most of them meet no fault. */
const PLAN_REQUESTS = 160;

/** A plan of faults for `FaultyTable.plan`: one number for each request, 0 for no fault. */
export const faultPlans: fc.Arbitrary<number[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 1_000 }) },
  ),
  { minLength: 0, maxLength: PLAN_REQUESTS, size: "max" },
);
