import type { HttpBindings } from "@hono/node-server";

/** One request's identity, made at the edge and carried through. */
export interface Scope {
  id: string;
  address: string;
  startedAt: number;
  facts: { user_uuid?: string; expiresAtMs?: number; trace_id?: string };
}

export interface AppEnv {
  Bindings: HttpBindings & { scope: Scope };
}
