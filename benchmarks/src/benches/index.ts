import type { Bench } from "../harness/bench.ts";
import { client } from "./client.ts";
import { create } from "./create.ts";
import { fanOut } from "./fan-out.ts";
import { framework } from "./framework.ts";
import { fullPath } from "./full-path.ts";
import { growth } from "./growth.ts";
import { lambda } from "./lambda.ts";
import { live } from "./live.ts";
import { memory } from "./memory.ts";
import { page } from "./page.ts";
import { postgres } from "./postgres.ts";
import { processes } from "./processes.ts";
import { scale } from "./scale.ts";
import { signIn } from "./sign-in.ts";
import { startup } from "./startup.ts";
import { units } from "./units.ts";
import { web } from "./web.ts";

/** All benchmarks, in the order of a full run and of the results. */
export const benches: Bench[] = [
  framework,
  fullPath,
  client,
  postgres,
  page,
  create,
  processes,
  signIn,
  live,
  scale,
  units,
  fanOut,
  growth,
  memory,
  startup,
  lambda,
  web,
];
