import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** A person as the original stores them in items. */
export interface Person {
  user_uuid: string;
  display_name: string;
  handle: string;
}

export interface OriginalMessage {
  message_uuid: string;
  message_group_uuid: string;
  message: string;
  created_at: string;
  sender: Person;
}

/** Creates the original's table. Its index contains all attributes of all items. */
export async function createOriginalTable(
  client: DynamoDBClient,
  TableName: string,
): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
        { AttributeName: "message_group_uuid", AttributeType: "S" },
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "message-group-sk-index",
          KeySchema: [
            { AttributeName: "message_group_uuid", KeyType: "HASH" },
            { AttributeName: "sk", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
}

/** A `MSG#` item, whose sort key is only the time. */
export function messageItem(message: OriginalMessage) {
  return {
    pk: { S: `MSG#${message.message_group_uuid}` },
    sk: { S: message.created_at },
    message: { S: message.message },
    message_uuid: { S: message.message_uuid },
    user_uuid: { S: message.sender.user_uuid },
    user_display_name: { S: message.sender.display_name },
    user_handle: { S: message.sender.handle },
  };
}

/** A `GRP#` item of one member, which shows the other person. Its sort key changes with each message. */
export function inboxItem(
  member_uuid: string,
  other: Person,
  message: Omit<OriginalMessage, "message_uuid" | "sender">,
) {
  return {
    pk: { S: `GRP#${member_uuid}` },
    sk: { S: message.created_at },
    message_group_uuid: { S: message.message_group_uuid },
    message: { S: message.message },
    user_uuid: { S: other.user_uuid },
    user_display_name: { S: other.display_name },
    user_handle: { S: other.handle },
  };
}
