import type {
  CreateTableCommandInput,
  UpdateTimeToLiveCommandInput,
} from "@aws-sdk/client-dynamodb";

/** The table's definition: `pnpm ddb schema-load`, the local stack and the deployment all use it. */
export const TABLE_NAME = "cruddur-messages";
export const PARTITION_KEY = "pk";
export const SORT_KEY = "sk";

/** The memberships of a message group. KEYS_ONLY, so it is written only when members change. */
export const MESSAGE_GROUP_INDEX = "message-group-sk-index";
export const MESSAGE_GROUP_INDEX_PARTITION_KEY = "message_group_uuid";
export const MESSAGE_GROUP_INDEX_SORT_KEY = SORT_KEY;

/**
 * A person's folders, newest first. Sparse: only memberships with a message have its sort key. It
 * copies whole memberships: an inbox shows nearly all of one, and a list of attributes may name 20.
 */
export const INBOX_INDEX = "inbox-index";
export const INBOX_INDEX_PARTITION_KEY = "inbox_pk";
export const INBOX_INDEX_SORT_KEY = "last_message_at";

export const STREAM_VIEW_TYPE = "NEW_IMAGE";
/** How stream records are delivered, by Lambda's event source and by the local stream worker alike. */
export const STREAM_BATCH_SIZE = 100;
export const STREAM_RETRY_ATTEMPTS = 10;
/** How often the push Lambda gets a record again: a push that is late is no news. */
export const PUSH_RETRY_ATTEMPTS = 5;
/** Seconds since the epoch; only send claims carry it. */
export const TTL_ATTRIBUTE = "expires_at";
/** Longer than any client keeps a draft; docs/adr/0002-send-claims.md says why claims expire. */
export const SEND_CLAIM_TTL_DAYS = 400;

/** Parameters of CreateTable: on-demand billing, both indexes, a stream of new images. */
export function createTableParams(tableName: string = TABLE_NAME): CreateTableCommandInput {
  return {
    TableName: tableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      PARTITION_KEY,
      SORT_KEY,
      MESSAGE_GROUP_INDEX_PARTITION_KEY,
      INBOX_INDEX_PARTITION_KEY,
      INBOX_INDEX_SORT_KEY,
    ].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
    KeySchema: keySchema(PARTITION_KEY, SORT_KEY),
    GlobalSecondaryIndexes: [
      {
        IndexName: MESSAGE_GROUP_INDEX,
        KeySchema: keySchema(MESSAGE_GROUP_INDEX_PARTITION_KEY, MESSAGE_GROUP_INDEX_SORT_KEY),
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
      {
        IndexName: INBOX_INDEX,
        KeySchema: keySchema(INBOX_INDEX_PARTITION_KEY, INBOX_INDEX_SORT_KEY),
        Projection: { ProjectionType: "ALL" },
      },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: STREAM_VIEW_TYPE },
  };
}

/** Parameters of UpdateTimeToLive. */
export function timeToLiveParams(tableName: string = TABLE_NAME): UpdateTimeToLiveCommandInput {
  return {
    TableName: tableName,
    TimeToLiveSpecification: { Enabled: true, AttributeName: TTL_ATTRIBUTE },
  };
}

function keySchema(partitionKey: string, sortKey: string) {
  return [
    { AttributeName: partitionKey, KeyType: "HASH" as const },
    { AttributeName: sortKey, KeyType: "RANGE" as const },
  ];
}
