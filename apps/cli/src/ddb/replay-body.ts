import type { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { parseDeadLetterBatch, readDeadLetterBatch } from "@cruddur/ddb/dead-letter-batch";
import { type DeadLetter, parseDeadLetter } from "@cruddur/ddb/dead-letters";
import type { OperatorProjection } from "@cruddur/ddb/projection";
import { replayDeadLetter } from "@cruddur/ddb/replay-dead-letter";

export interface ReplayResult {
  replayed: number;
  /** The dead letters that stay where they are, and why. */
  kept: { deadLetter: DeadLetter | null; problem: string }[];
}

/** Reports how far a replay is. A queue does not know how many dead letters it holds. */
export interface ReplayWatcher {
  onTotal?(deadLetters: number): void;
  onDeadLetter?(): void;
}

/** Replays one body of a dead-letter destination. @returns what went wrong, or null */
export type ReplayBody = (body: string) => Promise<string | null>;

/**
 * Creates the function that replays one body, which is a dead letter of ours or, in the queue of the
 * Lambda's event source, the position of a batch of stream records.
 * @param streams where such batches are looked up; without it they are refused
 */
export function createReplayBody(
  projection: OperatorProjection,
  streams?: DynamoDBStreamsClient,
): ReplayBody {
  return async (body) => {
    try {
      const batch = streams && parseDeadLetterBatch(body);
      if (batch) {
        const messages = await readDeadLetterBatch(streams, batch);
        for (const message of messages) await replayDeadLetter(projection, message);
        return null;
      }
      const deadLetter = parseDeadLetter(body);
      if (deadLetter === null) return "not a dead letter";
      await replayDeadLetter(projection, deadLetter);
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
}
