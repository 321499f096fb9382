import type { DynamoDBClient, ReturnConsumedCapacity } from "@aws-sdk/client-dynamodb";

export interface CapacityMeter {
  readUnits: number;
  writeUnits: number;
  /** Names of the commands sent, in order. */
  calls: string[];
  reset(): void;
}

/**
 * Counts what every call of an SDK client consumes from now on, indexes included. Calls on the fast
 * path don't pass the SDK's middleware: `onCall` observes those.
 */
export function meterCapacity(client: DynamoDBClient): CapacityMeter {
  const meter: CapacityMeter = {
    readUnits: 0,
    writeUnits: 0,
    calls: [],
    reset() {
      meter.readUnits = 0;
      meter.writeUnits = 0;
      meter.calls = [];
    },
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = context.commandName ?? "";
      const asked: ReturnConsumedCapacity = "TOTAL";
      const input = { ...args.input, ReturnConsumedCapacity: asked };
      const result = await next({ ...args, input });
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
      meter.calls.push(name);
      for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat()) {
        if (/^(BatchGet|Get|Query|Scan|TransactGet)/.test(name)) meter.readUnits += CapacityUnits;
        else meter.writeUnits += CapacityUnits;
      }
      return result;
    },
    { step: "initialize", name: "meterCapacity" },
  );
  return meter;
}

interface Consumed {
  CapacityUnits?: number;
}
