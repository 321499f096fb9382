import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";

/** The part of a stream record the original reads: the new image of a `MSG#` insert. */
export type NewImage = Record<string, AttributeValue>;

/**
 * The original's stream: finds the group's rows through the index, then deletes and puts each one,
 * since its sort key is the time. One call after the other, as there; unlike there, all records of
 * the batch and not the first alone, or it would be measured for work it doesn't do.
 */
export async function projectOriginal(
  client: DynamoDBClient,
  TableName: string,
  images: readonly NewImage[],
): Promise<void> {
  for (const image of images) {
    const created_at = image.sk?.S ?? "";
    const message = image.message?.S ?? "";
    const message_group_uuid = image.pk?.S?.slice("MSG#".length) ?? "";
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: "message-group-sk-index",
        KeyConditionExpression: "message_group_uuid = :message_group_uuid",
        ExpressionAttributeValues: { ":message_group_uuid": { S: message_group_uuid } },
      }),
    );
    for (const row of Items) {
      const { pk, sk } = row;
      if (pk === undefined || sk === undefined) continue;
      await client.send(new DeleteItemCommand({ TableName, Key: { pk, sk } }));
      await client.send(
        new PutItemCommand({
          TableName,
          Item: { ...row, sk: { S: created_at }, message: { S: message } },
        }),
      );
    }
  }
}
