import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createProjection } from "@cruddur/ddb/projection";
import { createProjectBatch } from "@cruddur/lambda-stream/project-batch";
import type { Lambda } from "./delivery.ts";
import type { FaultyTable } from "./faulty-table.ts";

/** The real Lambda over a table that may be faulty, and dead letters that are only counted. */
export function createLambda(client: DynamoDBClient, table: FaultyTable): Lambda {
  const buried = new Set<string>();
  const projectBatch = createProjectBatch({
    projection: createProjection({ client }),
    deadLetters: { send: async (letter) => void buried.add(letter.sequence_number) },
    log: () => {},
  });
  return {
    buried,
    async invoke(Records, crashAfterWrites) {
      table.crashAfterWrites = crashAfterWrites;
      const answer = await projectBatch({ Records });
      const died = crashAfterWrites !== null && (table.crashAfterWrites ?? 0) <= 0;
      table.crashAfterWrites = null;
      return died ? null : answer;
    },
  };
}
