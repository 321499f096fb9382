import type { Bench } from "../harness/bench.ts";
import { client } from "./client.ts";
import { fanOut } from "./fan-out.ts";
import { growth } from "./growth.ts";
import { lambda } from "./lambda.ts";
import { units } from "./units.ts";

/** In the order of a full run and of the table. */
export const benches: Bench[] = [client, units, fanOut, growth, lambda];
