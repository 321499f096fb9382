import type { Metrics } from "./metrics.ts";
import type { Spans } from "./spans.ts";

/** A command of the SDK. Its class's name is whatever a bundler made of it; its schema's is DynamoDB's. */
interface Command {
  input: object;
  schema?: readonly unknown[];
}

const nameOf = ({ schema }: Command): string => String(schema?.[2] ?? "unknown");

interface Sender {
  send(command: Command, ...rest: unknown[]): Promise<unknown>;
}

interface Capacity {
  CapacityUnits?: number;
}

/** Counts, times and traces every call of a DynamoDB client; asks the table what each consumed. */
export function observeDynamoDb<Client extends object>(
  client: Client,
  metrics: Pick<Metrics, "dynamoDbSeconds" | "dynamoDbUnits">,
  spans: Spans,
): Client {
  const sender = client as unknown as Sender;
  const plain = sender.send.bind(client);
  sender.send = (command, ...rest) => {
    const operation = nameOf(command);
    Object.assign(command.input, { ReturnConsumedCapacity: "TOTAL" });
    return spans.run(`DynamoDB.${operation}`, { "db.system.name": "aws.dynamodb" }, async () => {
      const startedAt = performance.now();
      let outcome = "error";
      try {
        const output = await plain(command, ...rest);
        outcome = "ok";
        const units = unitsOf(
          (output as { ConsumedCapacity?: Capacity | Capacity[] }).ConsumedCapacity,
        );
        if (units > 0) metrics.dynamoDbUnits.inc({ operation }, units);
        return output;
      } finally {
        metrics.dynamoDbSeconds.observe(
          { operation, outcome },
          (performance.now() - startedAt) / 1000,
        );
      }
    });
  };
  return client;
}

function unitsOf(consumed: Capacity | Capacity[] | undefined): number {
  const all = consumed === undefined ? [] : Array.isArray(consumed) ? consumed : [consumed];
  return all.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
