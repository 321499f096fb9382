import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record as StreamsRecord,
} from "@aws-sdk/client-dynamodb-streams";
import { passesStreamFilter } from "@cruddur/ddb/stream-filter";
import type { DynamoDBRecord } from "aws-lambda";

/** Reads the records of one table's stream through the engine's Streams API. */
export interface StreamReader {
  /** The new messages since the last call, in stream order: what the Lambda's event filter admits. */
  poll(): Promise<DynamoDBRecord[]>;
}

/** Opens the table's stream at its beginning. */
export async function openStreamReader(
  client: DynamoDBStreamsClient,
  tableName: string,
): Promise<StreamReader> {
  const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: tableName }));
  const StreamArn = Streams[0]?.StreamArn;
  /** The iterator of each shard; undefined once the shard is read to its end. */
  const iterators = new Map<string, string | undefined>();

  const poll = async (): Promise<DynamoDBRecord[]> => {
    const described = await client.send(new DescribeStreamCommand({ StreamArn }));
    const records: StreamsRecord[] = [];
    for (const { ShardId = "" } of described.StreamDescription?.Shards ?? []) {
      if (!iterators.has(ShardId)) {
        const { ShardIterator } = await client.send(
          new GetShardIteratorCommand({
            StreamArn,
            ShardId,
            ShardIteratorType: "TRIM_HORIZON",
          }),
        );
        iterators.set(ShardId, ShardIterator);
      }
      for (;;) {
        const ShardIterator = iterators.get(ShardId);
        if (ShardIterator === undefined) break;
        const page = await client.send(new GetRecordsCommand({ ShardIterator }));
        iterators.set(ShardId, page.NextShardIterator);
        records.push(...(page.Records ?? []));
        if (!page.Records?.length) break;
      }
    }
    return records.map(toLambdaRecord).filter(passesStreamFilter);
  };
  return { poll };
}

/** A record of the Streams API differs from one of a Lambda event only in the type of the time. */
function toLambdaRecord(record: StreamsRecord): DynamoDBRecord {
  const { ApproximateCreationDateTime: time, ...dynamodb } = record.dynamodb ?? {};
  return {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: record.eventSource,
    awsRegion: record.awsRegion,
    dynamodb: {
      ...(dynamodb as DynamoDBRecord["dynamodb"]),
      ApproximateCreationDateTime: time ? time.getTime() / 1000 : undefined,
    },
  };
}
