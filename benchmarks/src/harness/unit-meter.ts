import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import type { BenchContext } from "./bench.ts";

interface Units {
  read: number;
  write: number;
  calls: number;
}

export interface UnitMeter {
  /** The endpoint for a client, instead of that of the engine. */
  endpoint: string;
  /** Returns the units that were consumed since the last call, including those of indexes. */
  take(): Units;
}

const WRITES = /^(PutItem|UpdateItem|DeleteItem|TransactWriteItems|BatchWriteItem)$/;

/**
 * Starts a proxy that asks the table in every call for the consumed units and adds them up, so that
 * the count does not depend on the code of the client.
 */
export async function startUnitMeter(ctx: BenchContext, engine: string): Promise<UnitMeter> {
  let units: Units = { read: 0, write: 0, calls: 0 };
  const server = createServer(async (incoming, outgoing) => {
    let text = "";
    for await (const chunk of incoming) text += chunk;
    const input = JSON.parse(text) as Record<string, unknown>;
    const target = String(incoming.headers["x-amz-target"]);
    const answer = await request(engine, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": target,
        "x-amz-date": String(incoming.headers["x-amz-date"]),
        authorization: String(incoming.headers.authorization),
      },
      body: JSON.stringify({ ...input, ReturnConsumedCapacity: "INDEXES" }),
    });
    const body = (await answer.body.json()) as { ConsumedCapacity?: unknown };
    const operation = target.split(".")[1] ?? "";
    units[WRITES.test(operation) ? "write" : "read"] += capacityOf(body.ConsumedCapacity);
    units.calls += 1;
    outgoing.writeHead(answer.statusCode, { "content-type": "application/x-amz-json-1.0" });
    outgoing.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ctx.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = units;
      units = { read: 0, write: 0, calls: 0 };
      return taken;
    },
  };
}

function capacityOf(consumed: unknown): number {
  const all = Array.isArray(consumed) ? consumed : consumed === undefined ? [] : [consumed];
  return all.reduce(
    (sum, { CapacityUnits = 0 }: { CapacityUnits?: number }) => sum + CapacityUnits,
    0,
  );
}
