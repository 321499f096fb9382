import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createProjection } from "@cruddur/ddb/projection";
import { createProjectBatch } from "@cruddur/lambda-stream/project-batch";
import type { FaultyTable } from "../faults/faulty-table.ts";
import type { StreamLambda } from "./event-source.ts";

/** The product's stream Lambda over a table with faults. Dead letters are only recorded. */
export function createStreamLambda(client: DynamoDBClient, table: FaultyTable): StreamLambda {
  const deadLetters = new Set<string>();
  const projectBatch = createProjectBatch({
    projection: createProjection({ client }),
    deadLetters: { send: async (deadLetter) => void deadLetters.add(deadLetter.sequence_number) },
    log: () => {},
  });
  return {
    deadLetters,
    async invoke(Records, crashAfterWrites) {
      table.crashAfterWrites = crashAfterWrites;
      const answer = await projectBatch({ Records });
      const hasCrashed = crashAfterWrites !== null && (table.crashAfterWrites ?? 0) <= 0;
      table.crashAfterWrites = null;
      return hasCrashed ? null : answer;
    },
  };
}
