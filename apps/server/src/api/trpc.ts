import { AppError } from "@cruddur/contract/errors";
import type { messageGroupInput } from "@cruddur/contract/message-groups";
import type { Membership } from "@cruddur/ddb/types";
import { initTRPC } from "@trpc/server";
import type { z } from "zod";
import type { Context, Identity } from "./context.ts";
import { toErrorShape, toPublicError } from "./errors.ts";
import { inOneGo } from "./one-go.ts";

/** How often an idle stream is pinged, and after how much silence a client reconnects. */
export const LIVE_PING_MS = 15_000;
export const LIVE_RECONNECT_AFTER_MS = 40_000;

const t = initTRPC.context<Context>().create({
  isDev: false,
  sse: {
    ping: { enabled: true, intervalMs: LIVE_PING_MS },
    client: { reconnectAfterInactivityMs: LIVE_RECONNECT_AFTER_MS },
  },
  errorFormatter: ({ error }) => toErrorShape(error),
});

export const router = t.router;

/** The guard for identity: every procedure is built on this one. */
export const signedIn = t.procedure.use(async ({ ctx, next, path }) => {
  const { auth, observe } = ctx.services;
  const startedAt = performance.now();
  let outcome = "internal_error";
  try {
    const user = await auth.authenticate(ctx.authorization);
    ctx.facts.user_uuid = user.user_uuid;
    ctx.facts.expiresAtMs = user.expiresAtMs;
    const result = await observe.span(path, () => next({ ctx: { user } }));
    outcome = result.ok ? "ok" : toPublicError(result.error).app_code;
    return result;
  } catch (error) {
    outcome = toPublicError(error).app_code;
    throw error;
  } finally {
    observe.procedure(path, outcome, performance.now() - startedAt);
  }
});

type SignedIn = Context & { user: Identity };

function readRow(ctx: SignedIn, message_group_uuid: string): Promise<Membership | null> {
  const { user_uuid } = ctx.user;
  return ctx.services.store.getMembership({ user_uuid, message_group_uuid });
}

/** Queries of one request run together, so one look at the row is as good as several. */
function readOnce(ctx: SignedIn, message_group_uuid: string): Promise<Membership | null> {
  const known = ctx.rows.get(message_group_uuid) ?? readRow(ctx, message_group_uuid);
  ctx.rows.set(message_group_uuid, known);
  return known;
}

/** The guard for membership. Throws `not_a_member`, for a group that doesn't exist alike. */
export async function requireMember(
  ctx: SignedIn,
  message_group_uuid: string,
  read = readRow,
): Promise<Membership> {
  const row = await read(ctx, message_group_uuid);
  if (row === null) throw new AppError("not_a_member");
  return row;
}

/**
 * For procedures about one conversation, which their input names: `ctx.row` is the caller's row in
 * it. One schema for the whole input, so that each call is parsed once.
 */
export function memberOf<Schema extends z.ZodType<z.infer<typeof messageGroupInput>>>(
  schema: Schema,
) {
  return signedIn.input(inOneGo(schema)).use(async ({ ctx, input, next, type }) => {
    const { message_group_uuid } = input as z.infer<typeof messageGroupInput>;
    const read = type === "query" ? readOnce : readRow;
    return next({ ctx: { row: await requireMember(ctx, message_group_uuid, read) } });
  });
}
