import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { AppError } from "@cruddur/contract/errors";
import type { Table } from "../access-pattern.ts";
import type { Item } from "../items/attributes.ts";
import { fromMessageItem, messageAttributes, messageKey } from "../items/message-item.ts";
import { backOff, callTable, isConditionFailure, itemOfFailure, unavailable } from "../retries.ts";
import type { ChangeInput, StoredMessage } from "../types.ts";
import { getMessageItem } from "./get-message.ts";

/** Many people may react to one message at once; each attempt lets at least one of them through. */
const ATTEMPTS = 20;

/** Attributes to set; those that are undefined are removed. */
export type MessageUpdate = Pick<StoredMessage, "change"> & Partial<StoredMessage>;

/**
 * Changes one message in place: one read, then one UpdateItem on condition that the message is still
 * what the change was planned from. A change that arrives late, or a second time, therefore fails
 * its condition and is planned again.
 * @param plan what the change makes of the message; null when it was made already. May throw.
 * @param options.ofSystem also changes system messages, for what no person does
 * @returns the message afterwards. Throws AppError `message_not_found`, `message_not_changeable` for
 *   a system message, `unavailable`, and what `plan` throws.
 */
export async function changeMessage(
  table: Table,
  input: Pick<ChangeInput, "message_group_uuid" | "message_uuid">,
  plan: (message: StoredMessage) => MessageUpdate | null,
  { ofSystem = false }: { ofSystem?: boolean } = {},
): Promise<StoredMessage> {
  const key = keyOrNull(input);
  let item = key === null ? undefined : await getMessageItem(table, key);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (key === null || item === undefined) throw new AppError("message_not_found");
    const message = fromMessageItem(item);
    if (message.system_kind !== undefined && !ofSystem) {
      throw new AppError("message_not_changeable");
    }
    const update = plan(message);
    if (update === null) return message;
    const outcome = await updateIfUnchanged(table, key, message, update);
    if (outcome.written) return fromMessageItem(outcome.item);
    item = outcome.item;
    if (attempt > 1) await backOff(attempt);
  }
  throw unavailable();
}

async function updateIfUnchanged(
  { client, tableName }: Table,
  Key: Item,
  { revision }: StoredMessage,
  update: MessageUpdate,
): Promise<{ written: boolean; item: Item }> {
  const { expression, names, values } = toExpression({ ...update, revision: (revision ?? 0) + 1 });
  try {
    const { Attributes = {} } = await callTable(() =>
      client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key,
          UpdateExpression: expression,
          ConditionExpression:
            "attribute_exists(pk) AND " +
            (revision === undefined ? "attribute_not_exists(revision)" : "revision = :base"),
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: {
            ...values,
            ...(revision === undefined ? {} : { ":base": { N: String(revision) } }),
          },
          ReturnValues: "ALL_NEW",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      ),
    );
    return { written: true, item: Attributes };
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const item = itemOfFailure(error);
    // Messages are never removed, so the item can only be missing from the answer.
    if (item === undefined) throw unavailable(error);
    return { written: false, item };
  }
}

function toExpression(update: MessageUpdate) {
  const attributes = messageAttributes.write(update as StoredMessage);
  const set = Object.keys(attributes);
  const removed = Object.entries(update).flatMap(([name, value]) =>
    value === undefined ? [name] : [],
  );
  const setters = set.map((name) => `#${name} = :${name}`);
  return {
    expression:
      `SET ${setters.join(", ")}` +
      (removed.length === 0 ? "" : ` REMOVE ${removed.map((name) => `#${name}`).join(", ")}`),
    names: Object.fromEntries([...set, ...removed].map((name) => [`#${name}`, name])),
    values: Object.fromEntries(set.map((name) => [`:${name}`, attributes[name]])) as Item,
  };
}

function keyOrNull({ message_group_uuid, message_uuid }: Parameters<typeof changeMessage>[1]) {
  try {
    return messageKey(message_group_uuid, message_uuid);
  } catch {
    // Not a UUIDv7, so it can't be a message's.
    return null;
  }
}
