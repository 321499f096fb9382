import type { HttpBindings } from "@hono/node-server";
import { createHeldBytes, type HeldBytes } from "../limits/page-budget.ts";

/** What is known of one request. It is made where the request arrives and passed on to all parts. */
export interface RequestScope {
  id: string;
  /** The client's address; behind trusted proxies, the address that they saw. */
  address: string;
  /** From `performance.now()`, in ms. */
  startedAt: number;
  /** Filled in as the request goes on, for its log line and for a live connection's end. */
  facts: { user_uuid?: string; expiresAtMs?: number; trace_id?: string };
  /** What the answer takes of the page budget. */
  held: HeldBytes;
}

export const createRequestScope = (id: string, address: string): RequestScope => ({
  id,
  address,
  startedAt: performance.now(),
  facts: {},
  held: createHeldBytes(),
});

/** Types of Hono's environment in the routes. */
export interface AppEnv {
  Bindings: HttpBindings & { scope: RequestScope };
}
