import type { Bench } from "../harness/bench.ts";
import { client } from "./client.ts";
import { growth } from "./growth.ts";

/** In the order of a full run and of the table. */
export const benches: Bench[] = [client, growth];
