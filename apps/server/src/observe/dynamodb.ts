import { consumedUnits, type OnCall } from "@cruddur/ddb/client";
import type { Metrics } from "./metrics.ts";
import type { Spans } from "./spans.ts";

/** Counts, times and traces every call of a DynamoDB client, with the units that it consumed. */
export function observeDynamoDb(
  metrics: Pick<Metrics, "dynamoDbSeconds" | "dynamoDbUnits">,
  spans: Spans,
): OnCall {
  return (operation, call) =>
    spans.run(`DynamoDB.${operation}`, { "db.system.name": "aws.dynamodb" }, async () => {
      const startedAt = performance.now();
      let outcome = "error";
      try {
        const output = await call();
        outcome = "ok";
        const units = consumedUnits(output);
        if (units > 0) metrics.dynamoDbUnits.inc({ operation }, units);
        return output;
      } finally {
        const seconds = (performance.now() - startedAt) / 1000;
        metrics.dynamoDbSeconds.observe({ operation, outcome }, seconds);
      }
    });
}
