import type { TableInput, TableRequest } from "./faults.ts";
import type { World } from "./world.ts";

/** Leaves one guard out, on the wire; everything else stays what it is. */
export type Sabotage = (world: World) => void;

/** The Lambda's first, blind update moves a row whatever the row says. */
export const moveUnconditionally: Sabotage = ({ lambdaTable }) => {
  lambdaTable.rewrite = (request) => {
    const { operation, input } = request;
    const values = valuesOf(input);
    if (operation !== "UpdateItem" || !values[":oldest"]) return request;
    const { ":oldest": _, ":oldest_uuid": __, ...ExpressionAttributeValues } = values;
    return { operation, input: { ...unconditional(input), ExpressionAttributeValues } };
  };
};

/** What was worked out from a row is written even when the row has changed since. */
export const ignoreRevisions: Sabotage = ({ lambdaTable, serverTable }) => {
  const rewrite = (request: TableRequest): TableRequest => {
    const { operation, input } = request;
    if (input.ConditionExpression !== "revision = :revision") return request;
    const { ":revision": _, ...ExpressionAttributeValues } = valuesOf(input);
    const ConditionExpression = "attribute_exists(pk)";
    return { operation, input: { ...input, ConditionExpression, ExpressionAttributeValues } };
  };
  lambdaTable.rewrite = rewrite;
  serverTable.rewrite = rewrite;
};

/** Every attempt of a draft gets a place of its own. */
export const claimAgain: Sabotage = ({ serverTable }) => {
  serverTable.rewrite = (request) => {
    const { pk } = (request.input.Item ?? {}) as { pk?: { S?: string } };
    const isClaim = request.operation === "PutItem" && pk?.S?.startsWith("CLM#");
    return isClaim ? { ...request, input: unconditional(request.input) } : request;
  };
};

/** Rows and messages of a new group are written over what is there. */
export const createOverExisting: Sabotage = ({ serverTable }) => {
  serverTable.rewrite = (request) => {
    if (request.operation !== "TransactWriteItems") return request;
    const items = request.input.TransactItems as { Put?: TableInput }[];
    const TransactItems = items.map(({ Put, ...other }) =>
      Put ? { Put: unconditional(Put) } : other,
    );
    return { ...request, input: { ...request.input, TransactItems } };
  };
};

/** As if no row and no message counted members: what the index doesn't show is never missed. */
export const ignoreMemberCount: Sabotage = ({ lambda, lambdaTable }) => {
  const none = (json: string) =>
    json.replace(/"member_count":\{"N":"\d+"\}/g, '"member_count":{"N":"0"}');
  lambdaTable.rewriteAnswer = none;
  const { invoke } = lambda;
  lambda.invoke = (records, crashAfterWrites) =>
    invoke(JSON.parse(none(JSON.stringify(records))), crashAfterWrites);
};

/** `Records[0]` and no other. */
export const readFirstRecordOnly: Sabotage = ({ lambda }) => {
  const { invoke } = lambda;
  lambda.invoke = (records, crashAfterWrites) => invoke(records.slice(0, 1), crashAfterWrites);
};

function unconditional({
  ConditionExpression: _,
  ReturnValuesOnConditionCheckFailure: __,
  ...input
}: TableInput): TableInput {
  return input;
}

function valuesOf(input: TableInput): Record<string, unknown> {
  return (input.ExpressionAttributeValues ?? {}) as Record<string, unknown>;
}
