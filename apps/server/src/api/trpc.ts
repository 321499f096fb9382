import { AppError } from "@cruddur/contract/errors";
import type { messageGroupInput } from "@cruddur/contract/message-groups";
import type { Membership } from "@cruddur/ddb/types";
import { initTRPC } from "@trpc/server";
import type { z } from "zod";
import type { Identity } from "../auth/identity.ts";
import type { Context } from "./context.ts";
import { toErrorShape, toPublicError } from "./errors.ts";
import { withSyncParsing } from "./with-sync-parsing.ts";

/** How often an idle live connection is pinged, and after how much silence a client reconnects. */
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

/**
 * The identity guard, which also counts the call: every procedure is built on this one. Throws the
 * codes of status 401 and `rate_limited`.
 */
export const signedIn = t.procedure.use(async ({ ctx, next, path, type }) => {
  const { auth, limits, observe } = ctx.services;
  const startedAt = performance.now();
  let outcome = "internal_error";
  try {
    const user = await auth.authenticate(ctx.authorization);
    ctx.facts.user_uuid = user.user_uuid;
    ctx.facts.expiresAtMs = user.expiresAtMs;
    await limits.consume(LIMIT_OF_TYPE[type], { user: user.user_uuid });
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

/** The limit that each type of call counts against, for each person. */
const LIMIT_OF_TYPE = { query: "reads", mutation: "changes", subscription: "connections" } as const;

/** The context behind the identity guard. */
export type SignedInContext = Context & { user: Identity };

/**
 * The membership guard: reads the caller's membership, strongly consistent. Throws `not_a_member`,
 * also when the message group doesn't exist.
 */
export async function requireMember(
  ctx: SignedInContext,
  message_group_uuid: string,
  read = readMembership,
): Promise<Membership> {
  const membership = await read(ctx, message_group_uuid);
  if (membership === null) throw new AppError("not_a_member");
  return membership;
}

/**
 * A procedure about the message group that its input names, behind both guards; `ctx.membership` is
 * the caller's. It takes the whole input schema, so that each call is parsed once.
 */
export function memberOf<Schema extends z.ZodType<z.infer<typeof messageGroupInput>>>(
  schema: Schema,
) {
  return signedIn.input(withSyncParsing(schema)).use(async ({ ctx, input, next, type }) => {
    const { message_group_uuid } = input as z.infer<typeof messageGroupInput>;
    const read = type === "query" ? readMembershipOnce : readMembership;
    return next({ ctx: { membership: await requireMember(ctx, message_group_uuid, read) } });
  });
}

/** Reads a page for the caller's answer, within the page budget. */
export function readPage<Page>(
  { services, user, held }: SignedInContext,
  read: () => Promise<Page>,
  bytesOf: (page: Page) => number,
): Promise<Page> {
  return services.pages.read({ user_uuid: user.user_uuid, held }, read, bytesOf);
}

function readMembership(
  ctx: SignedInContext,
  message_group_uuid: string,
): Promise<Membership | null> {
  const { user_uuid } = ctx.user;
  return ctx.services.store.getMembership({ user_uuid, message_group_uuid });
}

/** Shares one read between the queries of a request, which run at the same time. */
function readMembershipOnce(
  ctx: SignedInContext,
  message_group_uuid: string,
): Promise<Membership | null> {
  const membership =
    ctx.memberships.get(message_group_uuid) ?? readMembership(ctx, message_group_uuid);
  ctx.memberships.set(message_group_uuid, membership);
  return membership;
}
