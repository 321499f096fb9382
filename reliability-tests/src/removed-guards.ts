import type { TableInput, TableRequest } from "./faults/faults.ts";
import type { TestEnvironment } from "./test-environment.ts";

/** Removes one guard of the product from its requests and answers. All else stays as it is. */
export type RemoveGuard = (environment: TestEnvironment) => void;

/** The Lambda's first update of a membership no longer depends on what the membership holds. */
export const removeUpdateCondition: RemoveGuard = ({ lambdaTable }) => {
  lambdaTable.rewrite = (request) => {
    const { operation, input } = request;
    const values = valuesOf(input);
    if (operation !== "UpdateItem" || !values[":oldest"]) return request;
    const { ":oldest": _, ":oldest_uuid": __, ...ExpressionAttributeValues } = values;
    return { operation, input: { ...withoutCondition(input), ExpressionAttributeValues } };
  };
};

/** An update that was computed from a membership succeeds although the membership has changed. */
export const removeRevisionCheck: RemoveGuard = ({ lambdaTable, serverTable }) => {
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

/** Every attempt to send a draft gets a send claim, and so stores a message. */
export const removeSendClaimCondition: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = (request) => {
    const { pk } = (request.input.Item ?? {}) as { pk?: { S?: string } };
    const isSendClaim = request.operation === "PutItem" && pk?.S?.startsWith("CLM#");
    return isSendClaim ? { ...request, input: withoutCondition(request.input) } : request;
  };
};

/** A repeated send stores its message, and the first one moves it, whatever the send claim says now. */
export const removeClaimCheck: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = (request) => {
    if (request.operation !== "TransactWriteItems") return request;
    const items = request.input.TransactItems as TransactItem[];
    const TransactItems = items.flatMap((item) => {
      if (item.ConditionCheck !== undefined)
        return pkOf(item.ConditionCheck).startsWith("BLK#") ? [item] : [];
      const { Update } = item;
      if (Update === undefined || !pkOf(Update).startsWith("CLM#")) return [item];
      const { ":claimed": _, ...ExpressionAttributeValues } = valuesOf(Update);
      return [{ Update: { ...withoutCondition(Update), ExpressionAttributeValues } }];
    });
    return { ...request, input: { ...request.input, TransactItems } };
  };
};

/** A change of a message succeeds although the message has changed since the change was planned. */
export const removeMessageRevisionCheck: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = (request) => {
    const { operation, input } = request;
    const { Key } = input as { Key?: { pk?: { S?: string } } };
    if (operation !== "UpdateItem" || !Key?.pk?.S?.startsWith("MSG#")) return request;
    const { ":base": _, ...ExpressionAttributeValues } = valuesOf(input);
    return { operation, input: { ...withoutCondition(input), ExpressionAttributeValues } };
  };
};

/** Deleted messages count as unread. */
export const countDeletedMessages: RemoveGuard = ({ lambdaTable, serverTable }) => {
  const rewrite = (request: TableRequest): TableRequest => {
    const { operation, input } = request;
    if (!String(input.FilterExpression).includes("deleted_at")) return request;
    return { operation, input: { ...input, FilterExpression: "user_uuid <> :member" } };
  };
  lambdaTable.rewrite = rewrite;
  serverTable.rewrite = rewrite;
};

/** The event filter passes new messages only. */
export const ignoreChanges: RemoveGuard = ({ lambda }) => {
  const { invoke } = lambda;
  lambda.invoke = (records, crashAfterWrites) =>
    invoke(
      records.map((record) =>
        record.eventName === "MODIFY" ? { ...record, eventName: "REMOVE" } : record,
      ),
      crashAfterWrites,
    );
};

/** The memberships and messages of a new message group overwrite existing ones. */
export const removeCreateCondition: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = rewriteTransactions(({ Put, ...other }) =>
    Put ? { Put: withoutCondition(Put) } : other,
  );
};

/** What a member reads begins with the first message, whenever they joined. */
export const removeHorizon: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = (request) => {
    const { operation, input } = request;
    if (operation !== "Query" || !valuesOf(input)[":from"]) return request;
    const ExpressionAttributeValues = { ...valuesOf(input), ":from": { S: "0" } };
    return { operation, input: { ...input, ExpressionAttributeValues } };
  };
};

/** A change of a group succeeds although its members, its name or its owner have changed since it was planned. */
export const removeGroupCondition: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = rewriteTransactions((item) => {
    const { Update } = item;
    if (Update === undefined || !valuesOf(Update)[":from"]) return item;
    const { ":from": _, ":owner": __, ":named": ___, ":below": ____, ...kept } = valuesOf(Update);
    const ConditionExpression = "attribute_exists(pk)";
    return { Update: { ...Update, ConditionExpression, ExpressionAttributeValues: kept } };
  });
};

/** A repeated change of a group claims its op_id again, and so is made again. */
export const removeGroupClaim: RemoveGuard = ({ serverTable }) => {
  const rewrite = rewriteTransactions((item) => {
    const { pk } = (item.Put?.Item ?? {}) as { pk?: { S?: string } };
    return item.Put && pk?.S?.startsWith("CLM#") ? { Put: withoutCondition(item.Put) } : item;
  });
  serverTable.rewrite = (request) => {
    const { pk } = (request.input.Key ?? {}) as { pk?: { S?: string } };
    // Without its claim, a change that was made already isn't found, either.
    if (request.operation !== "GetItem" || !pk?.S?.startsWith("CLM#")) return rewrite(request);
    return { ...request, input: { ...request.input, Key: { pk, sk: { S: "none" } } } };
  };
};

/** The owner of a group leaves without anybody becoming the owner. */
export const keepNoOwner: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = rewriteTransactions((item) => {
    const { Update } = item;
    if (Update === undefined || !valuesOf(Update)[":member_role"]) return item;
    const { ":member_role": _, ...ExpressionAttributeValues } = valuesOf(Update);
    const UpdateExpression = String(Update.UpdateExpression).replace(
      /member_role = :member_role, /,
      "",
    );
    return { Update: { ...Update, UpdateExpression, ExpressionAttributeValues } };
  });
};

/** The Lambda no longer notices that the index lacks members. */
export const removeMemberCount: RemoveGuard = ({ lambda, lambdaTable }) => {
  const setToZero = (json: string) =>
    json.replace(/"member_count":\{"N":"\d+"\}/g, '"member_count":{"N":"0"}');
  lambdaTable.rewriteAnswer = setToZero;
  const { invoke } = lambda;
  lambda.invoke = (records, crashAfterWrites) =>
    invoke(JSON.parse(setToZero(JSON.stringify(records))), crashAfterWrites);
};

/** A new message leaves an archived conversation in the archive. */
export const removeArchiveCondition: RemoveGuard = ({ lambdaTable }) => {
  lambdaTable.rewrite = ({ operation, input }) => {
    const guard = " AND attribute_not_exists(archived_after)";
    const ConditionExpression = input.ConditionExpression?.replace(guard, "");
    return { operation, input: ConditionExpression ? { ...input, ConditionExpression } : input };
  };
};

/** The messages of a request are counted without an end. */
export const removeRequestLimit: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = rewriteTransactions((item) => {
    const { Update } = item;
    if (Update === undefined || !valuesOf(Update)[":max"]) return item;
    const { ":max": _, ...ExpressionAttributeValues } = valuesOf(Update);
    return { Update: { ...withoutCondition(Update), ExpressionAttributeValues } };
  });
};

/** A pair's first message doesn't look for a block that was made at the same time. */
export const removeBlockChecks: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = rewriteTransactions((item) => {
    const { Key } = (item.ConditionCheck ?? {}) as { Key?: { pk?: { S?: string } } };
    if (!item.ConditionCheck || !Key?.pk?.S?.startsWith("BLK#")) return item;
    const ConditionExpression = "attribute_exists(pk) OR attribute_not_exists(pk)";
    return { ConditionCheck: { ...item.ConditionCheck, ConditionExpression } };
  });
};

/** Whoever leaves a group leaves no trace of having been there. */
export const forgetFormerMemberships: RemoveGuard = ({ serverTable }) => {
  serverTable.rewrite = (request) => {
    if (request.operation !== "TransactWriteItems") return request;
    const items = request.input.TransactItems as TransactItem[];
    const TransactItems = items.filter(({ Put }) => {
      const { pk } = (Put?.Item ?? {}) as { pk?: { S?: string } };
      return !pk?.S?.startsWith("FRM#");
    });
    return { ...request, input: { ...request.input, TransactItems } };
  };
};

/** The Lambda reads only the first record of each batch. */
export const ignoreLaterRecords: RemoveGuard = ({ lambda }) => {
  const { invoke } = lambda;
  lambda.invoke = (records, crashAfterWrites) => invoke(records.slice(0, 1), crashAfterWrites);
};

interface TransactItem {
  Put?: TableInput;
  Update?: TableInput;
  Delete?: TableInput;
  ConditionCheck?: TableInput;
}

/** Changes every item of every transaction. */
function rewriteTransactions(
  rewrite: (item: TransactItem) => TransactItem,
): (request: TableRequest) => TableRequest {
  return (request) => {
    if (request.operation !== "TransactWriteItems") return request;
    const TransactItems = (request.input.TransactItems as TransactItem[]).map(rewrite);
    return { ...request, input: { ...request.input, TransactItems } };
  };
}

function withoutCondition({
  ConditionExpression: _,
  ReturnValuesOnConditionCheckFailure: __,
  ...input
}: TableInput): TableInput {
  return input;
}

function pkOf({ Key }: TableInput): string {
  return (Key as { pk?: { S?: string } } | undefined)?.pk?.S ?? "";
}

function valuesOf(input: TableInput): Record<string, unknown> {
  return (input.ExpressionAttributeValues ?? {}) as Record<string, unknown>;
}
