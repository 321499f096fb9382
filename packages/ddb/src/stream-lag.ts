import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";

/**
 * How old the oldest stream record is that comes after a checkpoint: what AWS Lambda reports as
 * `IteratorAge`. Throws what the stream answers, for example for a checkpoint whose records are gone.
 * @param checkpoint the last record of the shard that is done
 * @param nowMs milliseconds since the epoch
 * @returns seconds; 0 when no record waits
 */
export async function readStreamLag(
  streams: DynamoDBStreamsClient,
  checkpoint: { streamArn: string; shardId: string; sequenceNumber: string },
  nowMs: number,
): Promise<number> {
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({
      StreamArn: checkpoint.streamArn,
      ShardId: checkpoint.shardId,
      ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
      SequenceNumber: checkpoint.sequenceNumber,
    }),
  );
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
  const writtenAt = Records[0]?.dynamodb?.ApproximateCreationDateTime;
  return writtenAt === undefined ? 0 : Math.max(0, (nowMs - writtenAt.getTime()) / 1000);
}
