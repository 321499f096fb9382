import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";

/** The part of a stream record that the original reads: the new image of a message. */
export type NewImage = Record<string, AttributeValue>;

/**
 * The original's projection: finds the inbox items of a message group by the index, then deletes and
 * writes each one, since its sort key is the time. The calls are sequential, as in the original. It
 * projects all records of a batch, where the original reads only the first one.
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
    for (const item of Items) {
      const { pk, sk } = item;
      if (pk === undefined || sk === undefined) continue;
      await client.send(new DeleteItemCommand({ TableName, Key: { pk, sk } }));
      await client.send(
        new PutItemCommand({
          TableName,
          Item: { ...item, sk: { S: created_at }, message: { S: message } },
        }),
      );
    }
  }
}
